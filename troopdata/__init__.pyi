from troopdata import geo as geo
from troopdata import plot as plot
from troopdata.answers import (
    presence as presence,
)
from troopdata.asof import (
    active as active,
)
from troopdata.audit import (
    check as check,
)
from troopdata.audit import (
    validate as validate,
)
from troopdata.catalogue import (
    countries as countries,
)
from troopdata.catalogue import (
    country as country,
)
from troopdata.catalogue import (
    describe as describe,
)
from troopdata.catalogue import (
    known as known,
)
from troopdata.catalogue import (
    load as load,
)
from troopdata.catalogue import (
    operations as operations,
)
from troopdata.catalogue import (
    scan as scan,
)
from troopdata.catalogue import (
    sources as sources,
)
from troopdata.catalogue import (
    tables as tables,
)
from troopdata.citation import (
    cite as cite,
)
from troopdata.citation import (
    sources_of as sources_of,
)
from troopdata.coding import (
    codes as codes,
)
from troopdata.comparison import (
    diff as diff,
)
from troopdata.drills import (
    exercises as exercises,
)
from troopdata.errors import (
    AmbiguousCountry as AmbiguousCountry,
)
from troopdata.errors import (
    IncompatibleError as IncompatibleError,
)
from troopdata.errors import (
    IntegrityError as IntegrityError,
)
from troopdata.errors import (
    Invalid as Invalid,
)
from troopdata.errors import (
    ManifestError as ManifestError,
)
from troopdata.errors import (
    NetworkError as NetworkError,
)
from troopdata.errors import (
    StorageError as StorageError,
)
from troopdata.errors import (
    TroopdataError as TroopdataError,
)
from troopdata.errors import (
    UnknownCode as UnknownCode,
)
from troopdata.errors import (
    UnknownColumn as UnknownColumn,
)
from troopdata.errors import (
    UnknownCountry as UnknownCountry,
)
from troopdata.errors import (
    UnknownRelease as UnknownRelease,
)
from troopdata.errors import (
    UnknownTable as UnknownTable,
)
from troopdata.errors import (
    UsageError as UsageError,
)
from troopdata.fetching import (
    fetch as fetch,
)
from troopdata.fetching import (
    releases as releases,
)
from troopdata.patch import (
    apply as apply,
)
from troopdata.reading import (
    agreements as agreements,
)
from troopdata.reading import (
    bases as bases,
)
from troopdata.reading import (
    deployments as deployments,
)
from troopdata.reading import (
    events as events,
)
from troopdata.reading import (
    spending as spending,
)
from troopdata.reading import (
    tenancies as tenancies,
)
from troopdata.reasons import (
    explain as explain,
)
from troopdata.release import (
    data_version as data_version,
)
from troopdata.release import (
    verify as verify,
)

__version__: str
HOMES: dict[str, str]
PARTS: tuple[str, ...]
