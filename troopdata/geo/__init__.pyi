from troopdata.geo.around import (
    count_within as count_within,
)
from troopdata.geo.around import (
    within as within,
)
from troopdata.geo.closest import (
    nearest as nearest,
)
from troopdata.geo.geojson import (
    to_geojson as to_geojson,
)
from troopdata.geo.located import (
    points as points,
)
from troopdata.geo.locating import (
    locate as locate,
)
from troopdata.geo.running import (
    run as run,
)
from troopdata.geo.weights import (
    exposure as exposure,
)

HOMES: dict[str, str]
