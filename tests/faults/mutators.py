"""Ways to spoil a valid row of the release, each with the column and the rule that must report it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Row = dict[str, str]


def _always(row: Row) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Mutator:
    """What is spoilt (a fault of the catalogue), in which rows, how, and where it must be reported."""

    fault: str
    table: str
    column: str
    rule: str
    change: Callable[[Row], Row]
    fits: Callable[[Row], bool] = _always

    def __str__(self) -> str:
        shown = self.change.__defaults__[0] if self.change.__defaults__ else ""
        return f"{self.fault}-{self.table}-{self.column}-{self.rule}-{ascii(shown)[:24]}"


def cell(
    fault: str, table: str, column: str, rule: str, *values: str, filled: bool = False
) -> list[Mutator]:
    """One mutator a value that is put into the column, in rows that have one there if need be."""

    def fits(row: Row) -> bool:
        return not filled or bool(row[column])

    return [
        Mutator(fault, table, column, rule, lambda row, value=value: {column: value}, fits)
        for value in values
    ]  # fmt: skip


def counted(row: Row) -> bool:
    """A plain figure above zero without bounds."""
    plain = not (row["personnel_low"] or row["personnel_high"])
    return (
        plain
        and row["personnel"] not in ("", "0")
        and row["qualifier"] in ("", "exact", "approximately")
    )


def stated(row: Row) -> str:
    """The way of entry of a row with `in_force`; empty in a release older than the column."""
    return "stated" if row["entry"] else ""


def abroad(row: Row) -> bool:
    return bool(row["host"]) and not row["subdivision"] and row["host"] != row["sender"]


def dated(row: Row) -> bool:
    return bool(row["as_of"])


def inside_a_year(row: Row) -> bool:
    return dated(row) and not row["as_of"].endswith("-01-01")


def today(row: Row) -> bool:
    return abroad(row) and row["as_of"] > "1980"


FIGURES = [
    "1.5",
    "1,000",
    "1 000",
    "1e3",
    "\u0663",
    "NaN",
    "inf",
    "-inf",
    "-",
    "N/A",
    "NULL",
    "nan",
    "99999999999",
    "0x10",
    "+5",
    "007",
    "true",
    "five",
    "1_000",
    "9" * 5000,
]
DAYS = [
    "16/03/2024",
    "03-16-2024",
    "45367",
    "20240316",
    "24-03-16",
    "2024-03-16T00:00:00Z",
    "2024-02-30",
    "2024-13-01",
    "March 2024",
    "2024",
    "2024-3-16",
]
HIDDEN = [
    "Niger\u200b",
    "N\u0456ger",
    "a\u00a0b",
    "\u202eabc",
    "e\u0301t\u00e9",
    " lead",
    "trail ",
    "double  space",
    "a\ufffdb",
    "\ufeffa",
    "soft\u00adhyphen",
]
FORMULAS = ["=1+1", "@SUM(1)", "+1+1", "-x", "=cmd|'/c calc'!A1"]
MARKUP = [
    "<script>x</script>",
    "javascript:alert(1)",
    "<img src=x>",
    "two\nlines",
    "bell\x07",
    "a\tb",
]
LINKS = [
    "ftp://example.org/x",
    "https://me:secret@example.org/x",
    "example.org/x",
    "file:///etc/passwd",
    "javascript://x",
]

MUTATORS = [
    *cell("V01", "deployments", "sender", "country", "XQQ"),
    Mutator("V01", "deployments", "host", "country", lambda row: {"host": "QQQ"}, abroad),
    *cell("V01", "deployments", "sender", "pattern", "usa", "United States", "U"),
    *cell("V01", "deployments", "basis", "vocabulary", "assigned", "In_country_total"),
    *cell("V01", "deployments", "force", "vocabulary", "troops"),
    *cell("V01", "deployments", "service", "vocabulary", "ARMY"),
    *cell("V01", "deployments", "status", "vocabulary", "ok"),
    *cell("V01", "deployments", "value_state", "vocabulary", "n/a"),
    *cell("V01", "deployments", "qualifier", "vocabulary", "circa"),
    *cell("V01", "events", "kind", "vocabulary", "party"),
    *cell("V01", "agreements", "kind", "vocabulary", "sofas"),
    *cell("V01", "operations", "hosts", "country", "NER;XQQ"),
    *cell("V04", "deployments", "personnel", "range", "-1", "1000000000", filled=True),
    *cell("V17", "deployments", "personnel", "type", *FIGURES),
    Mutator("V05", "deployments", "personnel", "figure-within-bounds",
            lambda row: {"personnel_low": str(int(row["personnel"]) + 1)}, counted),
    Mutator("V05", "deployments", "personnel_high", "figure-within-bounds",
            lambda row: {"personnel_high": str(int(row["personnel"]) - 1)}, counted),
    Mutator("V05", "deployments", "personnel_high", "figure-within-bounds",
            lambda row: {"personnel": "", "personnel_low": "9", "personnel_high": "8"}, counted),
    *cell("V06", "bases", "latitude", "range", "91", "-90.5", filled=True),
    *cell("V06", "bases", "longitude", "range", "180.5", "-181", filled=True),
    *cell("V06", "bases", "latitude", "point-whole", "", filled=True),
    *cell("V06", "bases", "coordinate_source", "point-whole", "", filled=True),
    Mutator("V08", "bases", "latitude", "point-not-null-island",
            lambda row: {"latitude": "0", "longitude": "0"}, lambda row: bool(row["latitude"])),
    Mutator("V08", "bases", "location_precision", "point-sharp",
            lambda row: {"latitude": "16.9", "longitude": "8", "location_precision": "exact"},
            lambda row: bool(row["latitude"])),
    Mutator("V02", "tenancies", "ended", "dates-ordered", lambda row: {
        "started": "2000-01-02", "started_precision": "day", "ended": "2000-01-01",
        "ended_precision": "day", "status_as_of": ""}),
    Mutator("V02", "tenancies", "status_as_of", "status-not-before-start", lambda row: {
        "started": "2021-12-31", "started_precision": "not_later_than", "status_as_of": "2021-01-01",
        "ended": "", "ended_precision": "", "end_mode": ""}),
    Mutator("V02", "countries", "valid_to", "dates-ordered",
            lambda row: {"valid_from": "2001-01-01", "valid_to": "2000-01-01"}),
    Mutator("V12", "deployments", "as_of_precision", "date-precision",
            lambda row: {"as_of_precision": ""}, dated),
    Mutator("V12", "deployments", "as_of", "date-precision",
            lambda row: {"as_of_precision": "year"}, inside_a_year),
    Mutator("V12", "deployments", "as_of", "date-plausible",
            lambda row: {"as_of": "2199-01-01", "as_of_precision": "day"}, dated),
    Mutator("V12", "deployments", "as_of", "date-plausible",
            lambda row: {"as_of": "1850-01-01", "as_of_precision": "day"}, dated),
    *cell("V12", "events", "date", "required", ""),
    *cell("V12", "events", "date_precision", "vocabulary", "weekly"),
    *cell("V13", "deployments", "as_of", "type", *DAYS),
    *cell("V14", "deployments", "note", "text-clean", "a\ufffdb"),
    *cell("V15", "deployments", "note", "text-clean", *HIDDEN),
    *cell("V16", "deployments", "sender", "required", ""),
    *cell("V16", "deployments", "force", "required", ""),
    *cell("V16", "deployments", "personnel", "type", "NA", "None", "?"),
    *cell("V17", "agreements", "multilateral", "type", "no", "1", "True"),
    *cell("V17", "spending", "amount", "type", "1.2.3", "1,5", "$5"),
    *cell("V17", "bases", "latitude", "type", "16.95N", "1e1", filled=True),
    *cell("V18", "deployments", "note", "text-clean", *FORMULAS),
    *cell("V18", "events", "description", "text-clean", *FORMULAS),
    *cell("V19", "deployments", "note", "text-clean", *MARKUP),
    *cell("V19", "deployments", "note", "length", "x" * 2001),
    *cell("V20", "sources", "url", "pattern", *LINKS),
    *cell("V20", "sources", "archive_url", "pattern", "web.archive.org/x"),
    *cell("V22", "deployments", "source_id", "required", ""),
    *cell("V22", "deployments", "source_id", "pattern", "War Powers"),
    Mutator("V22", "sources", "url", "source-traceable", lambda row: {
        "url": "", "archive_url": "", "transcribed_via": "", "note": ""}),
    Mutator("V23", "agreement_parties", "in_force", "dates-ordered", lambda row: {
        "signed": "2001-01-02", "signed_precision": "day", "in_force": "2001-01-01",
        "in_force_precision": "day", "ended": "", "ended_precision": "", "end_mode": "",
        "entry": stated(row)}),
    Mutator("V23", "agreement_parties", "ended", "dates-ordered", lambda row: {
        "signed": "", "signed_precision": "", "in_force": "2001-01-02", "in_force_precision": "day",
        "ended": "2001-01-01", "ended_precision": "day", "entry": stated(row)}),
    Mutator("V23", "agreement_parties", "ended", "end-mode-needs-end", lambda row: {
        "ended": "", "ended_precision": "", "end_mode": "denounced"}),
    Mutator("V24", "deployments", "subdivision", "sender-not-host",
            lambda row: {"host": row["sender"]}, today),
    Mutator("V24", "deployments", "host", "sender-not-host",
            lambda row: {"subdivision": "US-VA"}, abroad),
    Mutator("V24", "deployments", "host", "country-existed", lambda row: {"host": "RVN"}, today),
    *[
        Mutator("V25", table, column, "pattern",
                lambda row, lead=lead, column=column: {column: lead + row[column]})
        for table, column in (("bases", "base_id"), ("events", "event_id"))
        for lead in ("Air Base ", "x_", "x--", "2024/", "X")
    ],
    Mutator("V32", "deployments", "personnel", "figure-matches-state",
            lambda row: {"value_state": "suppressed", "personnel": "0", "qualifier": ""}, counted),
    Mutator("V32", "deployments", "personnel", "figure-matches-state",
            lambda row: {"personnel": "", "qualifier": ""}, counted),
    Mutator("V36", "deployments", "host", "country-existed",
            lambda row: {"host": "SUN"}, lambda row: abroad(row) and row["as_of"] > "1993"),
    *cell("V36", "countries", "cow", "range", "1"),
    *cell("V36", "countries", "iso_numeric", "pattern", "12"),
]  # fmt: skip
