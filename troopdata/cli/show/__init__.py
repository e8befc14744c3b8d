"""The screen of `troopdata show`.

`briefing` and `strength` gather the data; `screen` lays out the whole, with `forces` for its
figures, in the words of `wording`, and `bases` for bases and their tenants.
"""
