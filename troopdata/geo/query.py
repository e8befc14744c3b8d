"""A question about places, and its answer as columns beside them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troopdata.errors import UsageError, shown
from troopdata.geo import input_points as reading_places
from troopdata.geo.base_index import Sites, sites
from troopdata.geo.query_days import NO_DATE, day_numbers, days_of
from troopdata.release import loader

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["Answers", "Question", "ask", "distance"]


@dataclass(frozen=True, eq=False)
class Question:
    """Places with their days, and the bases to search.

    Attributes
    ----------
    frame : pandas.DataFrame
        The places as given.
    rows : numpy.ndarray of int64 or None
        Positions of the places that can be answered; None where that is all of them.
    longitude, latitude, day : numpy.ndarray
        Of these rows: degrees, and days counted from 1970 (0 where no day is asked about).
    faults : dict of str to numpy.ndarray of bool
        Reason -> rows of the frame that cannot be answered.
    sites : Sites
        The bases.
    version : str
        The release.
    """

    frame: pd.DataFrame
    rows: NDArray[np.int64] | None
    longitude: NDArray[np.float64]
    latitude: NDArray[np.float64]
    day: NDArray[np.int32]
    faults: dict[str, NDArray[np.bool_]]
    sites: Sites
    version: str


def ask(
    places: Any,
    *,
    on: str | dt.date | None,
    longitude: str,
    latitude: str,
    version: str | None,
    **filtered: Any,
) -> Question:
    """Read places and bases.

    Parameters
    ----------
    places, on, longitude, latitude, version
        As `nearest` takes them.
    **filtered
        What `sites` takes.
    """
    import numpy as np

    index = sites(dated=on is not None, version=version, **filtered)
    read = reading_places.read(places, longitude=longitude, latitude=latitude)
    faults = dict(read.faults)
    days = days_of(read.frame, on)
    if days is None:
        day = np.zeros(len(read.longitude), dtype="int32")
    else:
        faults[NO_DATE] = np.isnat(days)
        day = day_numbers(days)
    bad = np.logical_or.reduce(list(faults.values()))
    rows = np.flatnonzero(~bad) if bad.any() else None
    chosen: Any = slice(None) if rows is None else rows
    return Question(
        read.frame, rows, read.longitude[chosen], read.latitude[chosen], day[chosen], faults,
        index, loader.data_version(version),
    )  # fmt: skip


def distance(km: Any, name: str) -> None:
    """Raise for what is no distance in kilometres."""
    import math
    import numbers

    if isinstance(km, bool) or not isinstance(km, numbers.Real) or not 0 <= float(km) < math.inf:
        raise UsageError(f"{name} {shown(km)} is no distance", hint=f"{name}=300, in kilometres")


class Answers:
    """Columns that answer a question, put beside its places."""

    def __init__(self, question: Question, reasons: dict[str, NDArray[np.bool_]]) -> None:
        """Take the reasons for no answer found in searching, one flag a searched place."""
        self.question = question
        self.reasons = {
            **question.faults,
            **{reason: self._whole(flags, False) for reason, flags in reasons.items()},
        }

    def _whole(self, values: NDArray[Any], fill: Any) -> NDArray[Any]:
        """Return values of the searched places as values of all places."""
        import numpy as np

        if self.question.rows is None:
            return values
        whole = np.full(len(self.question.frame), fill, dtype=values.dtype)
        whole[self.question.rows] = values
        return whole

    def columns(
        self,
        row: NDArray[np.int64] | None,
        site: NDArray[np.int32],
        km: NDArray[np.float64],
        *,
        rank: NDArray[np.int64] | None = None,
    ) -> Any:
        """Return places with base_id, distance_km, rank and why.

        Parameters
        ----------
        row : numpy.ndarray of int64 or None
            Searched place of each answer, every one at least once; None if each has just one.
        site, km, rank : numpy.ndarray
            The answers; a site of -1 is none.
        """
        import numpy as np

        if row is None:
            at = np.arange(len(self.question.frame))
            site, km = self._whole(site, -1), self._whole(km, np.inf)
            frame = self.question.frame.copy(deep=False)
        else:
            at, site, km, rank = self._long(row, site, km, rank)
            frame = self.question.frame.iloc[at]
        added = {"base_id": self._ids(site), "distance_km": masked(km, site < 0)}
        if rank is not None:
            added["rank"] = masked(rank.astype("int32"), site < 0)
        return self._finished(frame, {**added, "why": self._why(at, site < 0)})

    def _long(self, row: Any, site: Any, km: Any, rank: Any) -> Any:
        """Return answers with one empty answer for each place that could not be searched."""
        import numpy as np

        if self.question.rows is None:
            return row, site, km, rank
        bad = np.flatnonzero(np.logical_or.reduce(list(self.question.faults.values())))
        at = np.concatenate([self.question.rows[row], bad])
        order = np.argsort(at, kind="stable")
        none = len(bad)
        site = np.concatenate([site, np.full(none, -1, dtype=site.dtype)])[order]
        km = np.concatenate([km, np.full(none, np.inf)])[order]
        if rank is not None:
            rank = np.concatenate([rank, np.zeros(none, dtype=rank.dtype)])[order]
        return at[order], site, km, rank

    def counted(self, counts: dict[str, Any]) -> Any:
        """Return places with counts; missing where a place could not be searched."""
        import numpy as np

        frame = self.question.frame.copy(deep=False)
        bad = np.logical_or.reduce(list(self.question.faults.values()))
        added = {name: masked(self._whole(values, 0), bad) for name, values in counts.items()}
        why = self._why(np.arange(len(frame)), bad)
        return self._finished(frame, {**added, "why": why})

    def _ids(self, site: NDArray[np.int32]) -> Any:
        return texts(self.question.sites.base_id, site)

    def _why(self, at: NDArray[np.int64], none: NDArray[np.bool_]) -> Any:
        """Return the first reason that holds, for the rows without an answer."""
        import numpy as np

        code = np.full(len(at), -1, dtype="int8")
        for number, flags in reversed(list(enumerate(self.reasons.values()))):
            code[none & flags[at]] = number
        return texts(np.array(list(self.reasons), dtype=object), code)

    def _finished(self, frame: Any, added: dict[str, Any]) -> Any:
        result = frame.assign(**added)
        result.attrs.update(self.question.frame.attrs)
        result.attrs["troopdata"] = {
            "release": self.question.version,
            "unanswered": {why: int(flags.sum()) for why, flags in self.reasons.items()},
            "bases_without_point": self.question.sites.without_point,
        }
        return result


def texts(words: NDArray[np.object_], at: NDArray[Any]) -> Any:
    """Return a string array of words by position; -1 is missing."""
    import pandas as pd
    import pyarrow as pa

    positions = pa.array(at, mask=at < 0)
    taken = pa.array(words.tolist(), type=pa.large_string()).take(positions)
    # What pandas does with Arrow's text when it reads a file; it copies nothing.
    return pd.StringDtype("pyarrow").__from_arrow__(taken)  # type: ignore[attr-defined]


def masked(values: NDArray[Any], missing: NDArray[np.bool_]) -> Any:
    """Return numbers as a nullable array."""
    import pandas as pd

    kind = pd.arrays.FloatingArray if values.dtype.kind == "f" else pd.arrays.IntegerArray
    return kind(values, missing)
