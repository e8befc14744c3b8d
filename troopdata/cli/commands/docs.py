"""The command `handbook`, and the reference page of all commands."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from troopdata.cli.options import Datasets
from troopdata.cli.output import print_text

__all__ = ["commands", "register"]

HEAD = """\
# Command line

Every command of `troopdata`, as `--help` prints it. `troopdata handbook` writes this page.
`python -m troopdata` is the same as `troopdata`.

Exit codes: 0 success, 1 invalid data, 2 a mistake in the command, 3 a file differs from the one
that was released, 4 no network, 5 storage, 6 a release that this version of the library cannot
read, 70 a bug in troopdata.
"""

# Under the docs folder.
PICTURE = "reference/coverage.png"


def register(app: typer.Typer) -> None:
    """Add the command to the application."""

    @app.command("handbook")
    def handbook(
        docs: Annotated[Path, typer.Option("--docs", help="the docs folder")] = Path("docs"),
        datasets: Datasets = None,
        only_check: Annotated[
            bool, typer.Option("--check", help="only report what is out of date")
        ] = False,
    ) -> int:
        """Write the generated pages of the documentation.

        The pages are the data dictionary, the coverage of the latest release with its picture, the
        Python reference and the command line reference.

        Example: troopdata handbook
        """
        from troopdata.curate import facts
        from troopdata.curate.docs.pages import pages
        from troopdata.io import csv_writer
        from troopdata.plot.coverage_picture import drawn, is_current

        wanted = pages(facts.datasets(datasets)) | {"reference/command-line.md": commands(app)}
        stale = [name for name, text in wanted.items() if _text(docs / name) != text]
        stale += [PICTURE] if not is_current(docs / PICTURE) else []
        for name in stale:
            print_text(f"{'out of date' if only_check else 'written'}: {docs / name}")
            if not only_check:
                content = drawn() if name == PICTURE else wanted[name].encode()
                (docs / name).parent.mkdir(parents=True, exist_ok=True)
                csv_writer.replace(docs / name, content)
        if not stale:
            print_text(f"{len(wanted)} pages and a picture are up to date")
        return 1 if stale and only_check else 0


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def commands(app: typer.Typer) -> str:
    """Return the reference page of all commands, in the order of ``troopdata --help``."""
    from troopdata.curate.docs.markdown import table

    found = dict(_leaves("", typer.main.get_command(app)))
    rows = [
        [f"[`{name}`](#{name.replace(' ', '-')})", _first(command)]
        for name, command in found.items()
    ]
    contents = table(["command", "what it does"], rows)
    return (
        "\n\n".join([HEAD.rstrip(), contents, *(_command(*item) for item in found.items())]) + "\n"
    )


def _leaves(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    """Yield the commands of a group, each with its full name."""
    if not hasattr(command, "commands"):
        yield name, command
        return
    for below, one in command.commands.items():
        yield from _leaves(f"{name} {below}".strip(), one)


def _first(command: Any) -> str:
    return " ".join(inspect.cleandoc(command.help or "").split("\n\n")[0].split())


def _command(name: str, command: Any) -> str:
    from troopdata.curate.docs.markdown import table

    prose, examples = _split(command.help or "")
    given = [item for item in command.params if item.name != "help"]
    usage = " ".join(["troopdata", name, "[OPTIONS]", *(_argument(item) for item in given)])
    rows = [[f"`{_spelling(item)}`", _meaning(item)] for item in given]
    parts = [f"## {name}", *prose, f"```\n{usage.rstrip()}\n```"]
    parts += [table(["", "meaning"], rows)] if rows else []
    parts += ["Example:\n\n```\n" + "\n".join(examples) + "\n```"] if examples else []
    return "\n\n".join(parts)


def _split(text: str) -> tuple[list[str], list[str]]:
    """Split a help text into its paragraphs and its examples."""
    parts = [part.strip() for part in inspect.cleandoc(text).replace("\b", "").split("\n\n")]
    led = [part for part in parts if re.match(r"Examples?:", part)]
    lines = [line for part in led for line in re.sub(r"^Examples?:", "", part).splitlines()]
    prose = [" ".join(part.split()) for part in parts if part and part not in led]
    return prose, [line.strip() for line in lines if line.strip()]


def _argument(item: Any) -> str:
    if item.param_type_name != "argument":
        return ""
    return str(item.name.upper() if item.required else f"[{item.name.upper()}]")


def _spelling(item: Any) -> str:
    if item.param_type_name == "argument":
        return str(item.name.upper())
    return ", ".join([*item.opts, *item.secondary_opts])


def _meaning(item: Any) -> str:
    default = item.default
    usual = "" if default in (None, "", False) or default == () else f"by default {default}"
    return "; ".join(part for part in (item.help or "", usual) if part)
