"""Alliances and cooperation agreements of data sets, as agreements and their parties."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from troopdata.importers.user_data.input_csv import Row
from troopdata.importers.user_data.output_folder import blank

__all__ = ["SINCE", "Bound", "Instrument", "rows"]

# Instruments that ended before this day bind no state of our tables.
SINCE = dt.date(1945, 1, 1)


class Bound(NamedTuple):
    """A day and how sharp it is."""

    day: dt.date
    precision: str


@dataclass(slots=True)
class Instrument:
    """One instrument, and when it bound each of its parties.

    `parties` holds first and last bound by code; no last one while none is known.
    """

    key: str
    title: str
    kind: str
    note: str
    parties: dict[str, tuple[Bound, Bound | None]] = field(default_factory=dict)

    def bind(self, party: str, first: Bound, last: Bound | None) -> None:
        """Let an instrument bind a party over a span; spans of one party grow together."""
        if party in self.parties:
            known_first, known_last = self.parties[party]
            first = min(first, known_first)
            last = max(last, known_last) if last and known_last else None
        self.parties[party] = (first, last)


def rows(instruments: Iterable[Instrument], source: Row) -> dict[str, list[Row]]:
    """Return the tables of agreements, agreement_parties and sources.

    An instrument that binds fewer than two parties of our tables is left out.
    """
    kept = [item for item in instruments if len(item.parties) > 1]
    return {
        "agreements": [_agreement(item, source["source_id"]) for item in kept],
        "agreement_parties": [
            _party(item.key, party, span, source["source_id"])
            for item in kept
            for party, span in sorted(item.parties.items())
        ],
        "sources": [source],
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
    }
    return blank("agreement_parties", cells)
