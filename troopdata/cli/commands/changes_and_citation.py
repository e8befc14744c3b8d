"""The commands `diff` and `cite`: what changed between releases, and how to cite rows."""

from __future__ import annotations

from typing import Annotated

import typer

from troopdata.cli import completion
from troopdata.cli.options import Form, Format, Host, On, Sender, TextOutput, Version, Years
from troopdata.cli.output import emit, print_status, print_text
from troopdata.cli.save import save
from troopdata.cli.terminal import READABLE, width
from troopdata.errors import StorageError, UsageError

__all__ = ["register"]

Side = Annotated[
    str,
    typer.Argument(
        help="number of a release, or folder of a build", autocompletion=completion.releases
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("diff")(diff)
    app.command("cite")(cite)


def diff(
    old: Side,
    new: Side,
    table: Annotated[
        str | None, typer.Option(help="compare only this table", autocompletion=completion.tables)
    ] = None,
    form: Format = Form.TEXT,
    output: TextOutput = None,
) -> None:
    """Print what changed between two releases, and why.

    Example: troopdata diff 2026.11.1 2026.11.2 --table events
    """
    import troopdata as td
    from troopdata.cli.diff_report import changelog

    found = td.diff(old, new, table=table)
    if output is not None:
        save(found, output)
        print_status(f"{len(found):,} changed cells in {output}")
    elif form is Form.TEXT:
        print_text(changelog(found, old, new, room=min(width(), READABLE)))
    else:
        emit(found, form.value)


def cite(
    table: Annotated[
        str | None, typer.Argument(help="cite rows of this table", autocompletion=completion.tables)
    ] = None,
    host: Host = None,
    sender: Sender = None,
    on: On = None,
    years: Years = None,
    style: Annotated[
        str,
        typer.Option(
            help="bibtex, ris, csl or text",
            autocompletion=completion.one_of("bibtex", "ris", "csl", "text"),
        ),
    ] = "bibtex",
    output: TextOutput = None,
    version: Version = None,
) -> None:
    """Print citations for a release and for the sources of rows.

    Example: troopdata cite --style text

    Example: troopdata cite deployments --host NER --sender USA --style ris

    Example: troopdata cite presence --host ITA --sender USA --years 2025 --style text
    """
    import troopdata as td
    from troopdata.cli.selection import parse_years, select_rows
    from troopdata.io.files import replace

    filters = {"host": host, "sender": sender, "on": on, "years": parse_years(years)}
    if table is None and any(filters.values()):
        raise UsageError("filters need a table", hint="troopdata cite deployments --host NER")
    # `cite` takes the release from a frame: without a table, an empty frame of a small table.
    frame = (
        select_rows(table, filters, version) if table else td.load("operations", version=version)
    )
    text = td.cite(frame if table else frame.head(0), style=style)
    if output is None:
        print_text(text)
        return
    try:
        replace(output, (text + "\n").encode("utf-8"))
    except OSError as error:
        raise StorageError(f"cannot write {output}: {error.strerror}", file=str(output)) from None
    print_status(f"wrote {output}")
