from troopdata.plot.ground import (
    map as map,
)

HOMES: dict[str, str]
