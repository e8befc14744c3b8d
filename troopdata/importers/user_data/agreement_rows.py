"""Turn alliances and cooperation agreements into rows of agreements and their parties."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from troopdata.importers.table_rows import blank
from troopdata.importers.user_data.input_csv import Row

__all__ = ["SINCE", "Bound", "Instrument", "rows"]

# An instrument that ended before this day does not bind any country of `countries`.
SINCE = dt.date(1945, 1, 1)


class Bound(NamedTuple):
    """A day and its precision."""

    day: dt.date
    precision: str


@dataclass(slots=True)
class Instrument:
    """One instrument, and when it bound each of its parties.

    `parties` holds the first and last bound by country code; the last is None while it is unknown.
    """

    key: str
    title: str
    kind: str
    note: str
    parties: dict[str, tuple[Bound, Bound | None]] = field(default_factory=dict)

    def bind(self, party: str, first: Bound, last: Bound | None) -> None:
        """Add a span to a party; the spans of one party are merged, with the gaps between them."""
        if party in self.parties:
            known_first, known_last = self.parties[party]
            first = min(first, known_first)
            last = max(last, known_last) if last and known_last else None
        self.parties[party] = (first, last)


def rows(instruments: Iterable[Instrument], source: str) -> dict[str, list[Row]]:
    """Return the rows of agreements and agreement_parties.

    An instrument with fewer than two parties in `countries` is left out.
    """
    kept = [item for item in instruments if len(item.parties) > 1]
    return {
        "agreements": [_agreement(item, source) for item in kept],
        "agreement_parties": [
            _party(item.key, party, span, source)
            for item in kept
            for party, span in sorted(item.parties.items())
        ],
    }


def _agreement(item: Instrument, source: str) -> Row:
    cells = {
        "agreement_id": item.key,
        "title": item.title,
        "kind": item.kind,
        "multilateral": "true" if len(item.parties) > 2 else "false",
        "criminal_jurisdiction": "unknown",
        "source_id": source,
        "note": item.note,
    }
    return blank("agreements", cells)


def _party(key: str, party: str, span: tuple[Bound, Bound | None], source: str) -> Row:
    first, last = span
    cells = {
        "agreement_id": key,
        "party": party,
        "role": "party",
        "in_force": first.day.isoformat(),
        "in_force_precision": first.precision,
        "ended": last.day.isoformat() if last else "",
        "ended_precision": last.precision if last else "",
        "source_id": source,
        "entry": "stated",
    }
    return blank("agreement_parties", cells)
