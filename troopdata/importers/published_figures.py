"""Figures of forces abroad, one row a figure and the page where it was seen.

A family of figures is a folder with the same files. ``figures.csv`` holds the figures as they were
collected, without quotations and remarks: of a remark only the hedge is kept (`figure_text`).
``added.csv`` holds figures that were entered by hand, such as the parts of a collected sum.

``pages.csv`` gives each address its source, a caveat about the whole page, and what its figures
count that were collected as stationed or without an operation; ``labels.csv`` each sender that is
printed in words its code; ``places.csv`` each host that is not the code of one country its code or
place; ``operations.csv`` each operation its id, and what its name says of place, service, force
and basis.

``decisions.csv`` holds the decisions about single rows: ``leave out``,
``duplicate`` (of a figure in another source, by `duplicate_figures`), ``keep`` (a figure that
looks like a duplicate) and ``amend``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain
from operator import itemgetter
from typing import ClassVar

from troopdata.errors import Failure, Invalid
from troopdata.importers import figure_text
from troopdata.importers.series import KEPT_BY_HAND, ClaimSeries, Row, SeriesFile
from troopdata.importers.table_rows import claim, dated

__all__ = [
    "COLUMNS",
    "SINGLE",
    "SNAPSHOTS",
    "PublishedFigures",
    "figures_file",
]

# The columns of figures.csv; a layout gives each the published column that it is taken from.
COLUMNS = (
    "sender",
    "host",
    "operation",
    "as_of",
    "personnel",
    "low",
    "high",
    "hedge",
    "basis",
    "counted",
    "page",
    "locator",
    "confidence",
)
SINGLE: Mapping[str, str] = {
    **{name: name for name in COLUMNS if name != "counted"},
    "hedge": "qualifier",
    "page": "address",
}
SNAPSHOTS: Mapping[str, str] = {
    "sender": "sender",
    "host": "host_or_mission",
    "operation": "operation",
    "as_of": "as_of",
    "personnel": "personnel",
    "hedge": "note",
    "counted": "force",
    "page": "source address",
    "locator": "locator",
}
CEILING = "authorised_ceiling"
TOTAL, PART = "in_country_total", "deployed_for_operation"
STATIONED = "permanently_assigned"
# Figures that were entered by hand, such as the parts of a sum; a series need not have any.
ADDED = "added.csv"
SERVICES = {name: name for name in ("army", "navy", "marine_corps", "air_force")}
# "Several hundred" was collected as these bounds, which no page prints.
A_FEW_HUNDRED = ("200", "999")
FLOORS = {"at least": "at_least", "more than": "more_than"}
CAPS = {"up to": "up_to", "fewer than": "fewer_than"}
# In decisions.csv, a cell that empties its column.
NOTHING = "-"
LEFT_OUT = frozenset({"leave out", "duplicate"})
DECISIONS = LEFT_OUT | {"keep", "amend"}
WEAK = "The page or its reading is weak, and no better one was found."


def figures_file(name: str, published: str, layout: Mapping[str, str]) -> SeriesFile:
    """Return a file of figures in the columns of this project, made from a published file."""
    return SeriesFile(name, published, layout, itemgetter(*layout))


class PublishedFigures(ClaimSeries):
    """A family of figures that were collected page by page."""

    decision_key: ClassVar[tuple[str, ...]] = (
        "sender",
        "host",
        "operation",
        "as_of",
        "personnel",
        "low",
        "high",
        "basis",
        "page",
    )

    # From the published files to figures.csv.

    def records(self, file: SeriesFile, published: Iterable[Row]) -> Iterator[Row]:
        """Yield the rows of a file.

        Raises
        ------
        Invalid
            With every row whose address is not in ``pages.csv`` and every figure that is not a
            whole number.
        """
        numbered = list(enumerate(published, 2))
        if failures := list(chain.from_iterable(self._faults(file, *one) for one in numbered)):
            raise Invalid(failures)
        made = super().records(file, [row for _, row in numbered])
        # A figure that was written down twice from one page is one figure.
        blank = dict.fromkeys(COLUMNS, "")
        yield from {self.key({**blank, **row}): row for row in made}.values()

    def row(self, file: SeriesFile, published: Row) -> Row:
        """Return a figure with the source of its page, and of its remarks only fixed words."""
        row = file.renamed(published)
        row["hedge"] = figure_text.hedges(row.get("hedge", ""))
        row["locator"] = figure_text.locator(row.get("locator", ""))
        row["operation"] = figure_text.operation_label(row.get("operation", ""))
        row["page"] = self.pages[row["page"]]["source_id"]
        return {name: row[name] for name in file.columns}

    def _faults(self, file: SeriesFile, number: int, published: Row) -> Iterator[Failure]:
        row = file.renamed(published)
        if row["page"] not in self.pages:
            hint = "add the address and its source to pages.csv and sources.csv"
            yield self._fault(file, published, number, "page", "the page is not known", hint)
        for column in ("personnel", "low", "high"):
            if (cell := row.get(column, "")) and not cell.isdigit():
                hint = "correct it in the published file"
                yield self._fault(file, published, number, column, "not a whole number", hint)

    def _fault(
        self, file: SeriesFile, row: Row, number: int, column: str, message: str, hint: str
    ) -> Failure:
        theirs = file.columns[column]
        rule = "pages" if column == "page" else "type"
        return Failure(file.published, number, "", theirs, rule, row[theirs], message, hint)

    @cached_property
    def pages(self) -> dict[str, Row]:
        """The pages by address, from ``pages.csv``."""
        pages: dict[str, Row] = self.keyed("pages.csv", "address")
        return pages

    # From figures.csv to claims.

    def figures(self) -> list[Row]:
        """Return the figures of every file, each with every column."""
        blank = dict.fromkeys(COLUMNS, "")
        names = [file.name for file in self.files]
        if (self.folder / ADDED).exists():
            names.append(ADDED)
        return [{**blank, **row} for name in names for row in self.read(name)]

    def claims(self) -> list[Row]:
        """Return the rows of deployments."""
        return [made for _, made in self.keyed_claims()]

    def keyed_claims(self) -> list[tuple[tuple[str, ...], Row]]:
        """Return the rows of deployments, each with the key of its figure in decisions.csv."""
        decisions = self.decisions()
        made = []
        for row in self.figures():
            decision = decisions.get(self.key(row), {})
            if decision.get("decision") not in LEFT_OUT:
                made.append((self.key(row), self._claim(row, decision)))
        return [(key, row) for key, row in made if row["host"] not in KEPT_BY_HAND]

    def _claim(self, row: Row, decision: Row) -> Row:
        """Return a row of deployments: what the figure and its labels say, then the decision."""
        operation, changed = self._operation(row), _changes(decision)
        basis = changed.pop("basis", "") or self._basis(row, operation)
        figures = {name: changed.pop(name, row[name]) for name in ("personnel", "low", "high")}
        source = changed.pop("source", row["page"])
        cells = {
            "sender": self._labels.get(row["sender"], row["sender"]),
            **self._located(row, operation),
            **{name: operation.get(name, "") for name in ("operation_id", "force")},
            "service": operation.get("service") or SERVICES.get(row["counted"], ""),
            **_printed(figures, row["hedge"].split(";"), basis),
            **dated("as_of", changed.pop("date", row["as_of"])),
            "basis": basis,
            "source_id": source,
            "locator": _locator(row, operation),
            "published_on": self._published.get(source, ""),
            "note": self._note(row, decision),
        }
        return claim(**{**cells, **changed})

    def _basis(self, row: Row, operation: Row) -> str:
        """Return what a figure counts: a plan is a ceiling, whatever its operation is."""
        if row["basis"] == CEILING or "planned" in row["hedge"].split(";"):
            return CEILING
        if basis := operation.get("as_basis"):
            return basis
        page = self._sources[row["page"]]
        if row["basis"] == STATIONED and page["stationed_is"]:
            return page["stationed_is"]
        if row["basis"] == PART and not row["operation"] and page["unnamed_is"]:
            return page["unnamed_is"]
        return row["basis"] or PART

    def _note(self, row: Row, decision: Row) -> str:
        """Return the caveat of the row, or of its page, or of a figure that is not sure."""
        weak = WEAK if row["confidence"] == "low" else ""
        return decision.get("note") or self._sources[row["page"]]["note"] or weak

    def _operation(self, row: Row) -> Row:
        """Return what operations.csv says; its line for one host goes before its general line."""
        named, label = self._operations, row["operation"]
        return named.get((label, row["host"])) or named.get((label, "")) or {}

    def _located(self, row: Row, operation: Row) -> Row:
        """Return host and place; a host that places.csv does not list is a code already."""
        label = row["operation"]
        listed = self._places.get((row["host"], label)) or self._places.get((row["host"], ""))
        place = operation.get("as_place", "")
        if listed is None:
            return {"host": row["host"], "place": place}
        return {"host": listed["as_host"], "place": listed["as_place"] or place}

    @cached_property
    def _operations(self) -> dict[tuple[str, str], Row]:
        operations: dict[tuple[str, str], Row] = self.keyed("operations.csv", "operation", "host")
        return operations

    @cached_property
    def _places(self) -> dict[tuple[str, str], Row]:
        places: dict[tuple[str, str], Row] = self.keyed("places.csv", "host", "operation")
        return places

    @cached_property
    def _labels(self) -> dict[str, str]:
        return {row["label"]: row["code"] for row in self.read("labels.csv")}

    @cached_property
    def _sources(self) -> dict[str, Row]:
        """The pages by their source."""
        return {row["source_id"]: row for row in self.pages.values()}

    @cached_property
    def _published(self) -> dict[str, str]:
        """The day of each source; nothing where only its month or year is known."""
        return {
            row["source_id"]: row["published_on"]
            for row in self.read("sources.csv")
            if row["published_on_precision"] == "day"
        }

    # What the files of a family can contradict.

    def check(self) -> list[Failure]:
        """Return figures that are there twice, and decisions that are unknown or about none."""
        figures = Counter(map(self.key, self.figures()))
        path = str(self.folder / "decisions.csv")
        failures = self._repeated(figures)
        for line, row in self.lines("decisions.csv"):
            place = (path, line, "|".join(self.key(row)))
            if self.key(row) not in figures:
                message, hint = "the series prints no such row", "remove it, or correct its key"
                failures.append(Failure(*place, "", "decision-expected", "", message, hint))
            if (kind := row["decision"]) not in DECISIONS:
                hint = f"write one of {', '.join(sorted(DECISIONS))}"
                message = "not a kind of decision"
                failures.append(Failure(*place, "decision", "decision-kind", kind, message, hint))
        return failures

    def _repeated(self, figures: Counter[tuple[str, ...]]) -> list[Failure]:
        """Return the figures that have one key: a decision would be about both."""
        message, hint = "the figure is there twice", "remove it from added.csv"
        return [
            Failure(str(self.folder), None, "|".join(key), "", "figure-twice", "", message, hint)
            for key, count in figures.items()
            if count > 1
        ]


def _changes(decision: Row) -> Row:
    """Return the cells that a decision changes, by column.

    Examples
    --------
    >>> _changes({"decision": "amend", "as_host": "-", "as_place": "the front line", "as_date": ""})
    {'host': '', 'place': 'the front line'}
    """
    return {
        name.removeprefix("as_"): "" if cell == NOTHING else cell
        for name, cell in decision.items()
        if name.startswith("as_") and cell
    }


def _locator(row: Row, operation: Row) -> str:
    """Return where in the document the figure is, with what tells it from others of the page.

    That is an operation without an id, and a plan that is printed beside a mandate.

    Examples
    --------
    >>> row = {"locator": "table", "operation": "IMATT", "hedge": "planned"}
    >>> _locator(row, {"operation_id": ""})
    'table, IMATT, planned strength'
    """
    planned = "planned strength" if "planned" in row["hedge"].split(";") else ""
    label = "" if operation.get("operation_id") else row["operation"]
    return ", ".join(filter(None, (row["locator"], label, planned)))


def _printed(figures: Row, hedges: list[str], basis: str) -> Row:
    """Return figure, bounds, qualifier and state; a bound never leaves a figure.

    Examples
    --------
    >>> _printed({"personnel": "300", "low": "", "high": ""}, ["more than"], TOTAL)["personnel_low"]
    '300'
    >>> _printed({"personnel": "", "low": "200", "high": "999"}, [], TOTAL)["value_state"]
    'presence_only'
    """
    personnel, low, high = figures["personnel"], figures["low"], figures["high"]
    if low == high != "":
        personnel, low, high = low, "", ""
    if (low, high) == A_FEW_HUNDRED or "a few hundred" in hedges:
        return _cells("", "", "", "", "presence_only")
    if basis == CEILING:
        return _cells("", "", personnel or high or low, "up_to", "")
    state = "estimated" if "estimated" in hedges else ""
    for names, bound in ((FLOORS, "low"), (CAPS, "high")):
        for hedge in names:
            if hedge in hedges and personnel:
                pair = (personnel, high) if bound == "low" else (low, personnel)
                return _cells("", *pair, names[hedge], state)
    if not personnel:
        return _cells("", low, high, "range" if low and high else "", state)
    qualifier = "approximately" if {"about", "estimated"} & set(hedges) else ""
    return _cells(personnel, low, high, qualifier, state)


def _cells(personnel: str, low: str, high: str, qualifier: str, state: str) -> Row:
    return {
        "personnel": personnel,
        "personnel_low": low,
        "personnel_high": high,
        "qualifier": qualifier,
        "value_state": state,
    }
