"""Build the index of bases to search: where each lies, and when it was in use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troopdata.api import filters, readers, valid_time
from troopdata.errors import UnknownColumn, UsageError, shown
from troopdata.geo import input_points
from troopdata.geo.ellipsoid import cartesian
from troopdata.release import loader

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["ALWAYS", "NEVER", "Sites", "index_bases", "index_tenants"]

# Joins base_id and sender into the id of a tenant; neither contains it in a release.
SEPARATOR = "|"
# Days before and after every date, as int32 day numbers: an undated base is open from ALWAYS to
# NEVER, and one whose end is unknown closes on NEVER.
ALWAYS, NEVER = -(2**31), 2**31 - 1


@dataclass(frozen=True, eq=False)
class Sites:
    """Spells of use, sorted by base and time; no two spells of one base overlap.

    A base therefore occurs at most once on any day, regardless of how many senders used it or how
    often it was reopened.

    Attributes
    ----------
    base_id : numpy.ndarray of str objects
    longitude, latitude : numpy.ndarray of float64
        Degrees, WGS84.
    points : numpy.ndarray of float64, shape (n, 3)
        The same points in space, in units of the ellipsoid's semi-major axis.
    opened, closed : numpy.ndarray of int32
        First day of use and first day after it, in days since 1970.
    without_point : int
        Number of bases left out because no source locates them.
    """

    base_id: NDArray[np.object_]
    longitude: NDArray[np.float64]
    latitude: NDArray[np.float64]
    points: NDArray[np.float64]
    opened: NDArray[np.int32]
    closed: NDArray[np.int32]
    without_point: int

    def __len__(self) -> int:
        return len(self.base_id)


def index_bases(
    bases: pd.DataFrame | None = None,
    *,
    dated: bool,
    sender: filters.Place = None,
    host: filters.Place = None,
    kind: filters.Codes = None,
    certain: bool = True,
    stale_after: int | None = None,
    version: str | None = None,
) -> Sites:
    """Return the bases that a query searches.

    Parameters
    ----------
    bases : pandas.DataFrame, optional
        Your own bases, or rows of `td.bases`; by default every base of the release.
    dated : bool
        Whether to match days; if False, a base counts regardless of when it was used.
    sender, host, kind, certain, stale_after, version
        As in `nearest`.
    """
    if bases is None:
        found = _released(host, kind, version)
        spells = _tenancies(found, sender, version)
    else:
        wanted = filters.places(sender=sender, host=host, version=version)
        found, spells = _own({**wanted, **filters.listed(kind=kind)}, bases, sender, version)
    located, without_point = _located(found)
    how = {"certain": certain, "stale_after": stale_after}
    return _index(located, _spans(spells, dated, **how), without_point)


def index_tenants(
    *, sender: filters.Place, host: filters.Place, kind: filters.Codes, certain: bool,
    stale_after: int | None, version: str | None,
) -> Sites:  # fmt: skip
    """Return one site per base and sender, with the id ``base_id|sender``."""
    found = _released(host, kind, version)
    spells = _tenancies(found, sender, version).merge(found, on="base_id")
    spells["base_id"] = spells["base_id"] + SEPARATOR + spells["sender"]
    located, without_point = _located(spells)
    how = {"certain": certain, "stale_after": stale_after}
    return _index(located, _spans(spells, True, **how), without_point)


def _released(host: filters.Place, kind: filters.Codes, version: str | None) -> pd.DataFrame:
    where = {**filters.places(host=host, version=version), **filters.coded("bases", kind=kind)}
    names = ["base_id", "longitude", "latitude"]
    return loader.read("bases", version=version, columns=names, where=where)


def _tenancies(found: pd.DataFrame, sender: filters.Place, version: str | None) -> pd.DataFrame:
    spells = readers.tenancies(sender=sender, version=version)
    return spells[spells["base_id"].isin(found["base_id"])]


def _own(
    wanted: Any, bases: pd.DataFrame, sender: filters.Place, version: str | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return a user's bases and their spells.

    Spells come from the frame's own started and ended; without those, from the release if every
    base is one of its bases; otherwise each base is always in use.
    """
    if "base_id" not in bases:
        raise UnknownColumn("base_id", hint='bases.rename(columns={"NAME": "base_id"})')
    if bases["base_id"].isna().any():
        raise UsageError("a base has no base_id", hint='bases.dropna(subset="base_id")')
    bases = bases.assign(base_id=bases["base_id"].astype("string"))
    from_release = not {"started", "ended"} & set(bases) and _known(bases, version)
    for column, values in wanted.items():
        if column == "sender" and from_release:
            # The release knows senders by tenancy, so the tenancies are filtered, not the bases.
            continue
        if column not in bases:
            raise UsageError(
                f"your bases have no column {column}", hint=f"add one, or leave {column} out"
            )
        bases = bases[bases[column].isin(list(values))]
    if from_release:
        return bases, _tenancies(bases, sender, version)
    return bases, _dated(bases)


def _known(bases: pd.DataFrame, version: str | None) -> bool:
    """Return whether all of these are bases of the release, which then supplies the tenancies."""
    ids = loader.read("bases", version=version, columns=["base_id"])["base_id"]
    known = bases["base_id"].isin(ids)
    if known.any() and not known.all():
        unknown = bases["base_id"][~known].iloc[0]
        hint = "give started and ended for all of them"
        message = f"{shown(unknown)} is not a base of the release, but other bases are"
        raise UsageError(message, hint=hint)
    return bool(len(bases)) and bool(known.all())


def _dated(bases: pd.DataFrame) -> pd.DataFrame:
    """Return rows of bases as spells; a base without dates is always in use."""
    import pandas as pd

    spells = pd.DataFrame({"base_id": bases["base_id"]})
    for column, default in (("started", pd.Timestamp.min), ("ended", pd.NaT)):
        days = pd.Series(default, index=bases.index).astype("datetime64[s]")
        if column in bases:
            from troopdata.geo.query_days import days_of

            days = pd.Series(days_of(bases, column), index=bases.index).astype("datetime64[s]")
        precision = f"{column}_precision"
        spells[column] = days
        spells[precision] = bases.get(precision, "day")
    return spells


def _located(bases: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return base_id, longitude and latitude of each base with a point, sorted by base_id.

    The order matters: searches break ties between equally distant bases by position.
    """
    import pandas as pd

    read = input_points.read(bases, noun="bases")
    usable = ~(read.faults[input_points.NO_POINT] | read.faults[input_points.OUT_OF_RANGE])
    columns = {"longitude": read.longitude, "latitude": read.latitude}
    located = pd.DataFrame({"base_id": bases["base_id"].to_numpy(dtype=object), **columns})
    located = located[usable].drop_duplicates().sort_values("base_id", ignore_index=True)
    repeated = located["base_id"].duplicated()
    if repeated.any():
        name = located["base_id"][repeated].iloc[0]
        raise UsageError(f"base {shown(name)} has two points", hint="give each its own base_id")
    return located, int(bases["base_id"][~usable].nunique())


def _spans(spells: pd.DataFrame, dated: bool, **how: Any) -> pd.DataFrame:
    """Return base_id and the first day of each spell and the first one after it, as numbers."""
    import numpy as np
    import pandas as pd

    if dated:
        opened, closed = (_numbers(span) for span in valid_time.spans(spells, **how))
    else:
        opened, closed = np.full(len(spells), ALWAYS), np.full(len(spells), NEVER)
    return pd.DataFrame({"base_id": spells["base_id"], "opened": opened, "closed": closed})


def _index(located: pd.DataFrame, spans: pd.DataFrame, without_point: int) -> Sites:
    import numpy as np

    at = {name: row for row, name in enumerate(located["base_id"])}
    rows = spans["base_id"].map(at).to_numpy(dtype="float64", na_value=np.nan)
    opened, closed = spans["opened"].to_numpy(), spans["closed"].to_numpy()
    used = np.isfinite(rows) & (opened < closed)
    columns = (rows[used].astype("int64"), opened[used], closed[used])
    runs = zip(*(column.tolist() for column in columns), strict=True)
    merged = np.array(_merged(runs), dtype="int64").reshape(-1, 3)
    base = merged[:, 0]
    longitude = located["longitude"].to_numpy(dtype="float64")[base]
    latitude = located["latitude"].to_numpy(dtype="float64")[base]
    return Sites(
        base_id=located["base_id"].to_numpy(dtype=object)[base],
        longitude=longitude,
        latitude=latitude,
        points=cartesian(longitude, latitude),
        opened=merged[:, 1].astype("int32"),
        closed=merged[:, 2].astype("int32"),
        without_point=without_point,
    )


def _numbers(days: pd.Series) -> NDArray[np.int64]:
    """Return days since 1970; a missing day comes after every other."""
    import numpy as np

    values = days.to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(values), NEVER, values.astype("int64"))


def _merged(spells: Any) -> list[tuple[int, int, int]]:
    """Merge the spells of each base that overlap or touch."""
    merged: list[tuple[int, int, int]] = []
    for base, opened, closed in sorted(spells):
        if merged and merged[-1][0] == base and opened <= merged[-1][2]:
            merged[-1] = (base, merged[-1][1], max(closed, merged[-1][2]))
        else:
            merged.append((base, opened, closed))
    return merged
