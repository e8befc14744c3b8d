"""The screen of `troopdata show`: what it gathers, and how it is laid out."""
