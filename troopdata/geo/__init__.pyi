from troopdata.geo.closest import (
    nearest as nearest,
)
from troopdata.geo.locating import (
    locate as locate,
)

HOMES: dict[str, str]
