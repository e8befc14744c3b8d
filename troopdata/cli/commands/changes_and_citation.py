"""The commands that account for the data: diff and cite."""

from __future__ import annotations

from typing import Annotated

import typer

from troopdata.cli import completion
from troopdata.cli.options import Form, Format, Host, On, Sender, TextOutput, Version, Years
from troopdata.cli.output import emit, print_text, say, width
from troopdata.cli.save import save
from troopdata.cli.terminal import READABLE
from troopdata.errors import StorageError, UsageError

__all__ = ["register"]

Side = Annotated[
    str,
    typer.Argument(
        help="number of a release, or folder of a build", autocompletion=completion.releases
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("diff")(diff)
    app.command("cite")(cite)


def diff(
    old: Side,
    new: Side,
    table: Annotated[
        str | None, typer.Option(help="only this table", autocompletion=completion.tables)
    ] = None,
    form: Format = Form.TEXT,
    output: TextOutput = None,
) -> None:
    """Tell what changed from one release to another, and why.

    Example: troopdata diff 2026.11.1 2026.11.2 --table events
    """
    import troopdata as td
    from troopdata.cli.diff_report import changelog

    found = td.diff(old, new, table=table)
    if output is not None:
        save(found, output)
        say(f"{len(found):,} changed cells in {output}")
    elif form is Form.TEXT:
        print_text(changelog(found, old, new, room=min(width(), READABLE)))
    else:
        emit(found, form.value)


def cite(
    table: Annotated[
        str | None, typer.Argument(help="rows of this table", autocompletion=completion.tables)
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
    """Say how to cite the release and every source of some rows.

    Example: troopdata cite --style text

    Example: troopdata cite deployments --host NER --sender USA --style ris

    Example: troopdata cite presence --host ITA --sender USA --years 2025 --style text
    """
    import troopdata as td
    from troopdata.cli.selection import selected, span
    from troopdata.io.files import replace

    asked = {"host": host, "sender": sender, "on": on, "years": span(years)}
    if table is None and any(asked.values()):
        raise UsageError("filters without a table", hint="troopdata cite deployments --host NER")
    # Without a table, no row of the smallest table stands for the release that was named.
    frame = selected(table, asked, version) if table else td.load("operations", version=version)
    told = td.cite(frame if table else frame.head(0), style=style)
    if output is None:
        print_text(told)
        return
    try:
        replace(output, (told + "\n").encode("utf-8"))
    except OSError as error:
        raise StorageError(f"cannot write {output}: {error.strerror}", file=str(output)) from None
    say(f"wrote {output}")
