"""``python -m troopdata``."""

from troopdata.cli import script

if __name__ == "__main__":
    script()
