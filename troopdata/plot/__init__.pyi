from troopdata.explorer.page import (
    explorer as explorer,
)
from troopdata.plot.bars import (
    timeline as timeline,
)
from troopdata.plot.costs import (
    spending as spending,
)
from troopdata.plot.course import (
    series as series,
)
from troopdata.plot.flows import (
    network as network,
)
from troopdata.plot.ground import (
    map as map,
)
from troopdata.plot.meetings import (
    exercises as exercises,
)
from troopdata.plot.tiles import (
    states as states,
)

HOMES: dict[str, str]
