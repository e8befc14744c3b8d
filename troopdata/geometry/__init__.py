"""Points and borders that know no table and no release.

May import only `troopdata.errors`.
"""
