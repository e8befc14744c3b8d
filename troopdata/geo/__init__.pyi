from troopdata.geo.closest import (
    nearest as nearest,
)

HOMES: dict[str, str]
