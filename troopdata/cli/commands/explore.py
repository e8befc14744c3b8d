"""The command `explore`: write the interactive page."""

from __future__ import annotations

import sys
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from troopdata.cli.options import Host, Sender, Version, Years
from troopdata.cli.output import print_text

__all__ = ["register"]

NAME = Path("troopdata.html")


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("explore")(explore)


def explore(
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="write to this .html file instead of troopdata.html"),
    ] = None,
    host: Host = None,
    sender: Sender = None,
    years: Years = None,
    version: Version = None,
) -> None:
    """Write an interactive page with map, series and timeline.

    The page is one file. It opens in any browser without a network connection, so it can be sent
    to others.

    Without -o, the page is written to troopdata.html and, on a terminal, opened in the browser.

    Example: troopdata explore --host NER -o niger.html
    """
    import troopdata as td
    from troopdata.cli.selection import parse_years

    path = td.plot.explorer(
        output or NAME,
        host=host or None,
        sender=sender or None,
        years=parse_years(years),
        version=version,
    )
    print_text(f"{path.resolve()} ({path.stat().st_size / 1e6:.1f} MB)")
    if output is None and sys.stdout.isatty():
        webbrowser.open(path.resolve().as_uri())
