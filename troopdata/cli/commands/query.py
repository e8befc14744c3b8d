"""Commands that read a release: show, tables, describe, get, presence, coverage, verify."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from troopdata.cli import completion
from troopdata.cli.options import (
    ExcelSafe,
    Form,
    Format,
    Host,
    On,
    Output,
    ReleaseArgument,
    Sender,
    TableArgument,
    Version,
    Years,
)
from troopdata.cli.output import emit, print_status, print_text, print_withdrawal
from troopdata.cli.save import save
from troopdata.cli.terminal import READABLE, styled, width, wrap

__all__ = ["register"]

Freq = Annotated[
    str,
    typer.Option(
        help="year, quarter or month",
        autocompletion=completion.one_of("year", "quarter", "month"),
    ),
]
By = Annotated[str, typer.Option(help="keys of a row, such as sender,host or region")]
Measure = Annotated[
    str,
    typer.Option(
        help="in_country (everyone), assigned (the stationing series as printed) or operation",
        autocompletion=completion.one_of("in_country", "assigned", "operation"),
    ),
]
Basis = Annotated[
    list[str] | None,
    typer.Option(
        help="only claims on this basis; repeatable", autocompletion=completion.codes("basis")
    ),
]
Prefer = Annotated[
    list[str] | None,
    typer.Option(
        help="use this basis before the others; repeatable",
        autocompletion=completion.codes("basis"),
    ),
]

MEANINGS = {
    "assigned": "what the sender's own stationing series prints; a part of everyone",
    "last_total": "the last count of everyone by the end of the period, and its month",
    "missing": "forces without a figure, which the sum leaves out or counts by their floors",
}
# What may be known of a year of a sender and a host, for the reader of `coverage`.
CLASSES = {
    "total": "the best estimate is a figure; a zero that a source states is one",
    "floor": "no figure, but at least or at most so many",
    "sign": "forces were there, and no source says how many",
    "nothing": "no claim covers the year, though others before and after it do; not a zero",
}


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for command in (show, tables, describe, get, presence, coverage, verify):
        app.command()(command)


def _deliver(frame: Any, form: Form, output: Path | None, excel_safe: bool) -> None:
    print_withdrawal(frame.attrs.get("troopdata", {}))
    if output is None:
        plain = frame.drop(columns="geometry", errors="ignore")
        emit(plain, form.value, excel_safe=excel_safe)
        return
    save(frame, output, excel_safe=excel_safe)
    print_status(f"{len(frame):,} rows in {output}")


def show(
    host: Annotated[
        str,
        typer.Argument(
            help="code or name, such as NER or Niger", autocompletion=completion.countries
        ),
    ],
    on: On = None,
    sender: Sender = None,
    form: Format = Form.TEXT,
    version: Version = None,
) -> None:
    """Show one host on a screen: forces, bases, agreements and events.

    With --format json, strength has a row for each sender: the estimate of the day (personnel,
    low, high, grade, state), assigned (its stationing series), last_total (the last count of
    everyone), widest (a recent count of one place that exceeds these) and sign (presence without
    a number), each with its day and publisher. territories has the same for areas within the
    host; counts has other recent claims.

    Example: troopdata show NER --on 2024-03-17

    Example: troopdata show Djibouti --sender China
    """
    import dataclasses

    from troopdata.cli.output import print_json
    from troopdata.cli.show.briefing import briefing
    from troopdata.cli.show.screen import screen
    from troopdata.cli.values import records

    facts = briefing(host, on=on, sender=sender, version=version)
    if form is Form.TEXT:
        print_text(screen(facts, room=min(width(), READABLE)))
        return
    parts = {field.name: getattr(facts, field.name) for field in dataclasses.fields(facts)}
    plain = {
        name: records(part) if hasattr(part, "columns") else _json_value(part)
        for name, part in parts.items()
    }
    print_json(plain)


def _json_value(part: Any) -> Any:
    return list(part) if isinstance(part, tuple) else str(part)


def tables(form: Format = Form.TEXT) -> None:
    """List the tables of the release.

    Example: troopdata tables
    """
    import troopdata as td

    frame = td.tables()
    if form is Form.TEXT:
        frame = frame.drop(columns="title")
    emit(frame, form.value)


def describe(
    table: TableArgument,
    column: Annotated[
        str | None,
        typer.Argument(
            help="a column, to print what its codes mean", autocompletion=completion.columns
        ),
    ] = None,
    form: Format = Form.TEXT,
) -> None:
    """Print the columns, units and codes of a table.

    With a column, print what its codes mean. For presence, print the rule of the best estimate
    too.

    Example: troopdata describe deployments basis

    Example: troopdata describe presence
    """
    import troopdata as td
    from troopdata.cli.dictionary_report import dictionary

    frame = td.describe(table, column)
    if form is Form.TEXT:
        print_text("\n".join(dictionary(frame, room=min(width(), READABLE))))
    else:
        emit(frame, form.value)


def get(
    table: TableArgument,
    host: Host = None,
    sender: Sender = None,
    on: On = None,
    basis: Annotated[
        list[str] | None,
        typer.Option(help="what was counted; repeatable", autocompletion=completion.codes("basis")),
    ] = None,
    force: Annotated[
        list[str] | None,
        typer.Option(help="who was counted; repeatable", autocompletion=completion.codes("force")),
    ] = None,
    service: Annotated[
        list[str] | None,
        typer.Option(
            help="which service was counted; repeatable", autocompletion=completion.codes("service")
        ),
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            help="kind of base, event, agreement, ...; repeatable", autocompletion=completion.kinds
        ),
    ] = None,
    party: Annotated[
        list[str] | None,
        typer.Option(help="party of an agreement; repeatable", autocompletion=completion.countries),
    ] = None,
    form: Format = Form.TEXT,
    output: Output = None,
    excel_safe: ExcelSafe = False,
    version: Version = None,
) -> None:
    """Print or save the rows of a table that match all filters.

    Example: troopdata get deployments --host NER --sender USA -o niger.csv

    Example: troopdata get bases --host Djibouti
    """
    from troopdata.cli.selection import select_rows

    filters = {
        "host": host, "sender": sender, "on": on, "basis": basis, "force": force,
        "service": service, "kind": kind, "party": party,
    }  # fmt: skip
    _deliver(select_rows(table, filters, version), form, output, excel_safe)


def presence(
    host: Host = None,
    sender: Sender = None,
    years: Years = None,
    on: On = None,
    freq: Freq = "year",
    by: By = "sender,host",
    measure: Measure = "in_country",
    basis: Basis = None,
    series: Annotated[
        str | None, typer.Option(help="only one published series, such as us-dmdc")
    ] = None,
    territories: Annotated[
        bool, typer.Option("--territories", help="add a host's territories to it")
    ] = False,
    prefer: Prefer = None,
    form: Format = Form.TEXT,
    output: Output = None,
    excel_safe: ExcelSafe = False,
    version: Version = None,
) -> None:
    """Print best estimates of strength by sender, host and period.

    Example: troopdata presence --sender USA --host NER --years 2013-2025

    Example: troopdata presence --host DJI --on 2025-06-30

    Example: troopdata presence --by region --years 2024 --format csv
    """
    import troopdata as td
    from troopdata.cli.selection import parse_years

    frame = td.presence(
        sender=sender, host=host, years=parse_years(years), on=on, freq=freq, by=by.split(","),  # type: ignore[arg-type]
        measure=measure, basis=basis, series=series, prefer=prefer, territories=territories,  # type: ignore[arg-type]
        version=version,
    )  # fmt: skip
    if output is not None or form is not Form.TEXT:
        _deliver(frame, form, output, excel_safe)
        return
    shown = _readable(frame)
    _deliver(shown, form, output, excel_safe)
    _explain(shown)


def _readable(frame: Any) -> Any:
    """Return the columns of presence for a screen, the last total with its month beside it."""
    keep = [
        "sender", "host", "service", "region", "period", "personnel", "low", "high", "grade",
        "assigned", "last_total", "parts", "unknown", "missing", "state",
    ]  # fmt: skip
    shown = frame[[name for name in keep if name in frame]]
    if "last_total_as_of" not in frame:
        return shown
    from troopdata.cli.values import records

    counted = [
        None if row["last_total"] is None
        else f"{row['last_total']:,} ({row['last_total_as_of']:.7})"
        for row in records(frame[["last_total", "last_total_as_of"]])
    ]  # fmt: skip
    return shown.assign(last_total=counted)


def _explain(frame: Any) -> None:
    """Print what the columns mean that a reader could take for the estimate."""
    filled = [name for name in MEANINGS if name in frame and frame[name].notna().any()]
    for name in filled:
        for line in wrap(f"{name}: {MEANINGS[name]}", min(width(), READABLE), hang=2):
            print_text(styled(line, "aside"))


def coverage(
    host: Host = None,
    sender: Sender = None,
    years: Years = None,
    by: Annotated[
        str, typer.Option(help="keys of a row: sender, host, region, decade, year, state")
    ] = "sender,decade",
    form: Format = Form.TEXT,
    output: Output = None,
    excel_safe: ExcelSafe = False,
    version: Version = None,
) -> None:
    """Count the years with a total, a floor, a sign, or nothing.

    A dyad is a sender and a host. Its years run from the first claim about it to the last, without
    those after a withdrawal. What no source mentions is not counted.

    Example: troopdata coverage --by decade

    Example: troopdata coverage --sender France --by host --years 1990-2025
    """
    import troopdata as td
    from troopdata.cli.selection import parse_years

    frame = td.coverage(
        sender=sender, host=host, years=parse_years(years), by=by.split(","), version=version
    )
    _deliver(frame, form, output, excel_safe)
    if output is None and form is Form.TEXT and len(frame):
        for name, meaning in CLASSES.items():
            for line in wrap(f"{name}: {meaning}", min(width(), READABLE), hang=2):
                print_text(styled(line, "aside"))


def verify(version: ReleaseArgument = None, form: Format = Form.TEXT) -> None:
    """Check every file of a release against its manifest.

    Example: troopdata verify
    """
    import troopdata as td

    frame = td.verify(version)
    if form is not Form.TEXT:
        emit(frame, form.value)
        return
    provenance = frame.attrs["troopdata"]
    print_text(f"release {provenance['release']}: {len(frame)} files are as released")
    print_withdrawal(provenance)
