"""The commands."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from troopdata.cli import accounts, checking, curators, geography, keeping
from troopdata.cli.output import emit, print_text, warn, width
from troopdata.cli.saving import save
from troopdata.errors import UsageError

__all__ = ["app", "run"]

INTERRUPTED = 130

app = typer.Typer(
    help="Foreign troop presence: deployments, bases and agreements, every figure with its source.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Form(StrEnum):
    """How a result is printed."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


Format = Annotated[Form, typer.Option("--format", help="text, json or csv")]
Output = Annotated[
    Path | None,
    typer.Option("-o", "--output", help="write to this .csv, .parquet, .geojson, .xlsx or .json"),
]
ExcelSafe = Annotated[
    bool, typer.Option("--excel-safe", help="in CSV: an apostrophe before what a spreadsheet runs")
]
Version = Annotated[str | None, typer.Option("--release", help="release of the data")]
Host = Annotated[list[str] | None, typer.Option("--host", help="code, name or region; repeatable")]
Sender = Annotated[list[str] | None, typer.Option("--sender", help="whose forces; repeatable")]
On = Annotated[str | None, typer.Option("--on", help="a day, as 2024-03-17")]


def run(arguments: list[str]) -> int:
    """Run one command; a wrong option is told as usage."""
    command = typer.main.get_command(app)
    try:
        result = command.main(arguments, prog_name="troopdata", standalone_mode=False)
    except typer.TyperException as error:
        usage = "troopdata --help, or --help after a command, says more"
        raise UsageError(error.format_message().rstrip("."), hint=usage) from None
    except typer.Abort:
        return INTERRUPTED
    return result if isinstance(result, int) else 0


def _deliver(frame: Any, form: Form, output: Path | None, excel_safe: bool) -> None:
    warn(frame.attrs.get("troopdata", {}))
    if output is None:
        plain = frame.drop(columns="geometry", errors="ignore")
        emit(plain, form.value, excel_safe=excel_safe)
        return
    save(frame, output, excel_safe=excel_safe)
    typer.echo(f"{len(frame):,} rows in {output}", err=True)


@app.command()
def show(
    host: Annotated[str, typer.Argument(help="code or name, such as NER or Niger")],
    on: On = None,
    sender: Sender = None,
    form: Format = Form.TEXT,
    version: Version = None,
) -> None:
    """Show one host on one screen: forces, bases, agreements, last events.

    Example: troopdata show NER --on 2024-03-17
    """
    import dataclasses
    import json

    from troopdata.briefing import briefing
    from troopdata.cli.output import records
    from troopdata.cli.screen import screen

    told = briefing(host, on=on, sender=sender, version=version)
    if form is Form.TEXT:
        print_text(screen(told, room=min(width(), 120)))
        return
    parts = {field.name: getattr(told, field.name) for field in dataclasses.fields(told)}
    plain = {
        name: records(part) if hasattr(part, "columns") else str(part)
        for name, part in parts.items()
    }
    print_text(json.dumps(plain, ensure_ascii=False, indent=1))


@app.command()
def tables(form: Format = Form.TEXT) -> None:
    """List the tables of the release."""
    import troopdata as td

    emit(td.tables(), form.value)


@app.command()
def describe(
    table: Annotated[str, typer.Argument(help="name of a table")],
    column: Annotated[str | None, typer.Argument(help="a column, for what its codes mean")] = None,
    form: Format = Form.TEXT,
) -> None:
    """Print a table's columns, units and codes; for presence, the rule of the best estimate.

    Example: troopdata describe deployments basis
    """
    import textwrap

    import troopdata as td

    frame = td.describe(table, column)
    if form is not Form.TEXT:
        emit(frame, form.value)
        return
    room = min(width(), 120)
    if column is not None:
        for row in frame.to_dict("records"):
            meaning = row["definition"] or row["label"]
            print_text(textwrap.fill(f"{row['code']}: {meaning}", room, subsequent_indent="    "))
        return
    for row in frame.to_dict("records"):
        unit = f", {row['unit']}" if row["unit"] else ""
        print_text(f"{row['column']} ({row['type']}{unit})")
        codes = f" One of: {row['codes']}." if row["codes"] else ""
        print_text(
            textwrap.fill(
                row["description"] + codes, room, initial_indent="    ", subsequent_indent="    "
            )
        )
    for at, step in enumerate(frame.attrs.get("rule", []), start=1):
        lead = f"{at}. "
        print_text(textwrap.fill(step, room, initial_indent=lead, subsequent_indent="   "))


@app.command()
def get(
    table: Annotated[str, typer.Argument(help="name of a table")],
    host: Host = None,
    sender: Sender = None,
    on: On = None,
    basis: Annotated[list[str] | None, typer.Option(help="what was counted; repeatable")] = None,
    force: Annotated[list[str] | None, typer.Option(help="who was counted; repeatable")] = None,
    service: Annotated[list[str] | None, typer.Option(help="repeatable")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="kind of base, event, ...")] = None,
    party: Annotated[list[str] | None, typer.Option(help="party of an agreement")] = None,
    form: Format = Form.TEXT,
    output: Output = None,
    excel_safe: ExcelSafe = False,
    version: Version = None,
) -> None:
    """Print or save rows of a table, filtered.

    Example: troopdata get deployments --host NER --sender USA -o niger.csv
    """
    from troopdata.cli.selection import selected

    asked = {
        "host": host, "sender": sender, "on": on, "basis": basis, "force": force,
        "service": service, "kind": kind, "party": party,
    }  # fmt: skip
    _deliver(selected(table, asked, version), form, output, excel_safe)


@app.command()
def presence(
    host: Host = None,
    sender: Sender = None,
    years: Annotated[str | None, typer.Option(help="as 2013-2025, or 2023")] = None,
    freq: Annotated[str, typer.Option(help="year, quarter or month")] = "year",
    by: Annotated[
        str, typer.Option(help="keys of a row, as sender,host or region")
    ] = "sender,host",
    basis: Annotated[list[str] | None, typer.Option(help="count only this; repeatable")] = None,
    prefer: Annotated[list[str] | None, typer.Option(help="ask this basis first")] = None,
    form: Format = Form.TEXT,
    output: Output = None,
    excel_safe: ExcelSafe = False,
    version: Version = None,
) -> None:
    """Print the best estimate for sender, host and period.

    Example: troopdata presence --sender USA --host NER --years 2013-2025
    """
    import troopdata as td

    frame = td.presence(
        sender=sender, host=host, years=_years(years), freq=freq, by=by.split(","),  # type: ignore[arg-type]
        basis=basis, prefer=prefer, version=version,
    )  # fmt: skip
    if output is None and form is Form.TEXT:
        keep = [
            "sender", "host", "service", "region", "period", "personnel", "low", "high", "basis",
            "state", "parts", "unknown",
        ]  # fmt: skip
        frame = frame[[name for name in keep if name in frame]]
    _deliver(frame, form, output, excel_safe)


def _years(text: str | None) -> tuple[int, int] | None:
    from troopdata.errors import shown

    if text is None:
        return None
    first, _, last = text.partition("-")
    if not (first.isdigit() and (last or first).isdigit()):
        raise UsageError(f"{shown(text)} is no span of years", hint="write it as 2013-2025")
    return int(first), int(last or first)


@app.command()
def verify(
    version: Annotated[str | None, typer.Argument(help="release of the data")] = None,
    form: Format = Form.TEXT,
) -> None:
    """Hash every file of a release and compare it with its manifest."""
    import troopdata as td

    frame = td.verify(version)
    if form is not Form.TEXT:
        emit(frame, form.value)
        return
    told = frame.attrs["troopdata"]
    print_text(f"release {told['release']}: {len(frame)} files are as released")
    warn(told)


accounts.register(app)
checking.register(app)
geography.register(app)
keeping.register(app)
curators.register(app)
