"""The application: register every command, and run one."""

from __future__ import annotations

from typing import Annotated

import typer

from troopdata.cli.commands import (
    changes_and_citation,
    curate,
    explore,
    nearest,
    query,
    releases,
    validate,
)
from troopdata.cli.output import print_text
from troopdata.errors import UsageError

__all__ = ["app", "run"]

INTERRUPTED = 130
# The order in which `troopdata --help` lists the commands.
GROUPS = (query, changes_and_citation, validate, nearest, explore, releases, curate)

app = typer.Typer(
    help="Foreign troop presence: deployments, bases and agreements, every figure with its source.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from troopdata import __version__
        from troopdata.release.loader import data_version

        print_text(f"troopdata {__version__}, data {data_version()}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_version,
            is_eager=True,
            help="print the versions of library and data",
        ),
    ] = False,
) -> None:
    """Foreign troop presence: deployments, bases and agreements, every figure with its source."""


for _group in GROUPS:
    _group.register(app)


def run(arguments: list[str]) -> int:
    """Run one command; raise a wrong option as a `UsageError`."""
    from troopdata.cli.help_text import format_help

    command = format_help(typer.main.get_command(app))
    try:
        result = command.main(arguments or ["--help"], prog_name="troopdata", standalone_mode=False)
    except typer.TyperException as error:
        usage = "see troopdata --help, or --help after a command"
        raise UsageError(error.format_message().rstrip(".?"), hint=usage) from None
    except typer.Abort:
        return INTERRUPTED
    return result if isinstance(result, int) else 0
