"""The commands that account for the data: diff and cite."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from troopdata.cli import completion
from troopdata.cli.output import emit, print_text, say, width
from troopdata.cli.save import save
from troopdata.cli.terminal import READABLE
from troopdata.errors import StorageError, UnknownCode, UsageError

__all__ = ["register"]

FORMS = ("text", "json", "csv")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("diff")(diff)
    app.command("cite")(cite)


def diff(
    old: Annotated[
        str,
        typer.Argument(
            help="release, or a folder with a build", autocompletion=completion.releases
        ),
    ],
    new: Annotated[
        str,
        typer.Argument(
            help="release, or a folder with a build", autocompletion=completion.releases
        ),
    ],
    table: Annotated[
        str | None, typer.Option(help="only this table", autocompletion=completion.tables)
    ] = None,
    form: Annotated[
        str,
        typer.Option(
            "--format", help="text, json or csv", autocompletion=completion.one_of(*FORMS)
        ),
    ] = "text",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="to this file")] = None,
) -> None:
    """Tell what changed from one release to another, and why.

    Example: troopdata diff 2026.11.1 2026.11.2 --table events
    """
    import troopdata as td
    from troopdata.cli.diff_report import changelog

    if form not in FORMS:
        raise UnknownCode(form, hint=f"one of {', '.join(FORMS)}", detail="of format")
    found = td.diff(old, new, table=table)
    if output is not None:
        save(found, output)
        say(f"{len(found):,} changed cells in {output}")
    elif form == "text":
        print_text(changelog(found, old, new, room=min(width(), READABLE)))
    else:
        emit(found, form)


def cite(
    table: Annotated[
        str | None, typer.Argument(help="rows of this table", autocompletion=completion.tables)
    ] = None,
    host: Annotated[
        list[str] | None, typer.Option(help="repeatable", autocompletion=completion.countries)
    ] = None,
    sender: Annotated[
        list[str] | None, typer.Option(help="repeatable", autocompletion=completion.countries)
    ] = None,
    on: Annotated[str | None, typer.Option(help="a day, as 2024-03-17")] = None,
    years: Annotated[str | None, typer.Option(help="as 2013-2025, or 2023")] = None,
    style: Annotated[
        str,
        typer.Option(
            help="bibtex, ris, csl or text",
            autocompletion=completion.one_of("bibtex", "ris", "csl", "text"),
        ),
    ] = "bibtex",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="to this file")] = None,
    version: Annotated[
        str | None,
        typer.Option("--release", help="release of the data", autocompletion=completion.releases),
    ] = None,
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
