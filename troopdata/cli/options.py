"""Options that several commands share."""

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


Format = Annotated[Form, typer.Option("--format", help="text, json or csv")]


Output = Annotated[
    Path | None,
    typer.Option("-o", "--output", help="write to this .csv, .parquet, .geojson, .xlsx or .json"),
]


ExcelSafe = Annotated[
    bool, typer.Option("--excel-safe", help="in CSV: an apostrophe before what a spreadsheet runs")
]


Version = Annotated[
    str | None,
    typer.Option("--release", help="release of the data", autocompletion=completion.releases),
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


On = Annotated[str | None, typer.Option("--on", help="a day, as 2024-03-17")]
