"""The command `validate`: check a file against the schema of a table."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from troopdata.cli import completion
from troopdata.cli.output import print_json, print_status, print_text
from troopdata.errors import Invalid

__all__ = ["register"]


class Form(StrEnum):
    """How failures are printed."""

    TEXT = "text"
    JSON = "json"


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("validate")(validate)


def validate(
    file: Annotated[Path, typer.Argument(help="a .csv or .parquet file")],
    table: Annotated[
        str,
        typer.Option(
            "--as", help="the table whose schema applies", autocompletion=completion.tables
        ),
    ],
    form: Annotated[Form, typer.Option("--format", help="output format: text or json")] = Form.TEXT,
    seconds: Annotated[float, typer.Option(help="time limit", min=0.1)] = 10,
    megabytes: Annotated[int, typer.Option(help="memory limit", min=64)] = 1024,
) -> int:
    """Check your own file against the schema of a table.

    Every failure is reported. The file is parsed in a separate process with limits on time and
    memory. With --format json, each failure is one JSON object on its own line.

    Example: troopdata validate mine.csv --as deployments
    """
    from troopdata.cli.sandbox import validate_file

    try:
        rows = validate_file(file, table, seconds=seconds, megabytes=megabytes)
    except Invalid as error:
        if form is Form.TEXT:
            raise
        for failure in error.records:
            print_json(failure._asdict(), indent=None)
        if error.total > len(error.records):
            print_status(f"{len(error.records):,} of {error.total:,} failures")
        return error.exit_code
    if form is Form.TEXT:
        print_text(f"{file}: {rows:,} valid rows of {table}")
    return 0
