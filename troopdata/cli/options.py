"""Arguments and options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from troopdata.cli import completion


class Form(StrEnum):
    """How a result is printed."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


Format = Annotated[Form, typer.Option("--format", help="output format: text, json or csv")]

Output = Annotated[
    Path | None,
    typer.Option("-o", "--output", help="write to this .csv, .parquet, .geojson, .xlsx or .json"),
]

TextOutput = Annotated[Path | None, typer.Option("-o", "--output", help="write to this file")]

ExcelSafe = Annotated[
    bool,
    typer.Option(
        "--excel-safe", help="in CSV, put an apostrophe before text that a spreadsheet would run"
    ),
]

Version = Annotated[
    str | None,
    typer.Option("--release", help="release of the data", autocompletion=completion.releases),
]

ReleaseArgument = Annotated[
    str | None, typer.Argument(help="release of the data", autocompletion=completion.releases)
]

TableArgument = Annotated[
    str, typer.Argument(help="name of a table", autocompletion=completion.tables)
]

Host = Annotated[
    list[str] | None,
    typer.Option(
        "--host", help="code, name or region; repeatable", autocompletion=completion.countries
    ),
]

Sender = Annotated[
    list[str] | None,
    typer.Option("--sender", help="whose forces; repeatable", autocompletion=completion.countries),
]

On = Annotated[str | None, typer.Option("--on", help="a day, such as 2024-03-17")]

Years = Annotated[str | None, typer.Option("--years", help="such as 2013-2025, or 2023")]

Datasets = Annotated[Path | None, typer.Option("--datasets", help="the datasets folder")]
