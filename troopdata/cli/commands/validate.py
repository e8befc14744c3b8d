"""The command for other people's files: validate."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from troopdata.cli import completion
from troopdata.cli.output import print_json, print_text, say
from troopdata.errors import Invalid

__all__ = ["register"]


class Form(StrEnum):
    """How failures are printed."""

    TEXT = "text"
    JSON = "json"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("validate")(validate)


def validate(
    file: Annotated[Path, typer.Argument(help="a .csv or .parquet file")],
    table: Annotated[
        str,
        typer.Option(
            "--as", help="the table that it claims to be", autocompletion=completion.tables
        ),
    ],
    form: Annotated[Form, typer.Option("--format", help="text or json")] = Form.TEXT,
    seconds: Annotated[float, typer.Option(help="how long it may take", min=0.1)] = 10,
    megabytes: Annotated[int, typer.Option(help="how much memory it may take", min=64)] = 1024,
) -> int:
    """Check a file of your own against a table's schema.

    Every failure is told. The file is parsed in a process of its own, within limits of time and
    memory. With --format json each failure is one JSON object on a line of its own.

    Example: troopdata validate mine.csv --as deployments
    """
    from troopdata.cli.sandbox import checked

    try:
        rows = checked(file, table, seconds=seconds, megabytes=megabytes)
    except Invalid as error:
        if form is Form.TEXT:
            raise
        for failure in error.records:
            print_json(failure._asdict(), indent=None)
        if error.total > len(error.records):
            say(f"{len(error.records):,} of {error.total:,} failures")
        return error.exit_code
    if form is Form.TEXT:
        print_text(f"{file}: {rows:,} rows are valid {table}")
    return 0
