"""Match printed labels to hosts, exactly and by the date of the report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from troopdata.errors import Failure, Invalid
from troopdata.importers.us_dmdc.report import Report
from troopdata.io import csv_reader

__all__ = ["FILE", "ROLES", "Label", "Labels", "read"]

FILE = "labels.csv"
ROLES = (
    "host", "part", "alone", "domestic", "afloat", "undistributed", "unplaced", "contingency",
    "remainder", "total", "skip",
)  # fmt: skip


class Label(NamedTuple):
    """The meaning of one printed label.

    Attributes
    ----------
    label, layout, section : str
        The printed text and where it is printed; an empty section means any.
    valid_from, valid_to : str
        Report dates for which this is true, half-open; empty means always.
    host, place, subdivision : str
        Country code, part or printed name, and ISO 3166-2 code, as the claims hold them.
    role : str
        ``host`` is a whole country; ``part`` a part of one, which adds to the whole; ``alone`` a
        part whose other parts are unknown; ``domestic`` the United States or a state;
        ``remainder`` a regional sum that lacks the line of one host.
    note : str
        A caveat for the claims.
    """

    label: str
    layout: str
    section: str
    valid_from: str
    valid_to: str
    host: str
    place: str
    subdivision: str
    role: str
    note: str

    def holds(self, section: str, as_of: str) -> bool:
        """Return whether the label has this meaning in a section and report."""
        return (
            self.section in ("", section)
            and self.valid_from <= as_of
            and (not self.valid_to or as_of < self.valid_to)
        )


class Labels:
    """All labels of a series.

    Examples
    --------
    >>> row = Label("NIGER", "location", "overseas", "", "", "NER", "", "", "host", "")
    >>> labels = Labels([row])
    >>> labels.find("location", "overseas", "NIGER", "2023-12-31").host
    'NER'
    >>> labels.find("location", "overseas", "NIGERIA", "2023-12-31") is None
    True
    """

    def __init__(self, rows: Iterable[Label]) -> None:
        self._rows: dict[tuple[str, str], list[Label]] = defaultdict(list)
        for row in rows:
            self._rows[row.layout, row.label].append(row)

    def find(self, layout: str, section: str, label: str, as_of: str) -> Label | None:
        """Return the meaning of a printed label, or None if it has none on that date."""
        rows = self._rows.get((layout, label), ())
        return next((row for row in rows if row.holds(section, as_of)), None)

    def match(self, reports: Sequence[Report]) -> list[list[Label]]:
        """Return the meaning of every line of every report.

        Raises
        ------
        Invalid
            With every unknown label: file, line, and the line to add to ``labels.csv``.
        """
        found: list[list[Label]] = []
        failures: list[Failure] = []
        for report in reports:
            meanings: list[Label] = []
            for number, line in enumerate(report.lines, start=2):
                label = self.find(report.layout, line.section, line.label, report.as_of)
                if label is None:
                    failures.append(_unknown(report, number, line.section, line.label))
                else:
                    meanings.append(label)
            found.append(meanings)
        if failures:
            raise Invalid(failures)
        return found


def read(folder: Path) -> Labels:
    """Return the labels of a series.

    Raises
    ------
    Invalid
        With every row whose role is not one of `ROLES`.
    """
    rows = [Label(**row) for row in csv_reader.read_rows(folder / FILE)]
    wrong = [(number, row) for number, row in enumerate(rows, start=2) if row.role not in ROLES]
    if wrong:
        message = f"a label's role is one of {', '.join(ROLES)}"
        raise Invalid(
            Failure(FILE, number, row.label, "role", "role", row.role, message)
            for number, row in wrong
        )
    return Labels(rows)


def _unknown(report: Report, number: int, section: str, label: str) -> Failure:
    quoted = f'"{label}"' if "," in label else label
    hint = f"add to {FILE}: {quoted},{report.layout},{section},,,CODE,,,host,"
    message = "labels.csv does not say what this label means on this date"
    file = f"reports/{report.as_of}.csv"
    return Failure(file, number, label, "label", "unknown-label", label, message, hint)
