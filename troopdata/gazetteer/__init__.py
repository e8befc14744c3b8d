"""Look up countries by name or code on a date, and their codes in other systems."""
