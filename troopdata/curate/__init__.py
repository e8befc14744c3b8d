"""The curators' wing: from published files to facts, and from facts to a release."""
