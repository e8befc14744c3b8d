"""Points and borders, without a table or a release; imports nothing of ours but errors."""
