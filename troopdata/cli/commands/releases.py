"""The commands `fetch`, `releases`, `export` and `cache`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from troopdata.cli import completion
from troopdata.cli.options import Form, Format, ReleaseArgument, Version
from troopdata.cli.output import emit, print_status, print_text

__all__ = ["register"]

cache = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Manage the cached releases.")


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("fetch")(fetch)
    app.command("releases")(releases)
    app.command("export")(export)
    cache.command("list")(listed)
    cache.command("path")(path)
    cache.command("clear")(clear)
    app.add_typer(cache, name="cache")


def fetch(
    version: Annotated[
        str,
        typer.Argument(
            help="2026.11.0, 2026.11, latest or all", autocompletion=completion.releases
        ),
    ] = "latest",
    allow_rollback: Annotated[
        bool,
        typer.Option("--allow-rollback", help="accept a list of releases older than the last one"),
    ] = False,
    form: Format = Form.TEXT,
) -> None:
    """Download a release into the cache and verify every file.

    TROOPDATA_URL is the source: an https address or a folder. TROOPDATA_CACHE is the cache; it may
    name several folders, separated as in PATH: all are searched, and the first writable one is
    written to. With TROOPDATA_OFFLINE=1 the network is not used.

    Example: troopdata fetch

    Example: troopdata fetch 2026.11.0
    """
    import troopdata as td

    frame = td.fetch(version, allow_rollback=allow_rollback)
    if message := frame.attrs["troopdata"]["message"]:
        print_status(message)
    if form is not Form.TEXT:
        emit(frame, form.value)
        return
    for row in frame.to_dict("records"):
        got = f", {row['files']} files, {row['bytes'] / 1e6:.1f} MB" if row["files"] else ""
        print_text(f"release {row['release']}: {row['place']}{got}, {row['folder']}")
        if row["status"] == "yanked":
            print_status(f"release {row['release']} was withdrawn: {row['yanked_reason']}")


def releases(form: Format = Form.TEXT) -> None:
    """List the known releases with their date, status and location.

    Example: troopdata releases
    """
    import troopdata as td

    frame = td.releases()
    if message := frame.attrs["troopdata"]["message"]:
        print_status(message)
    if form is Form.TEXT:
        frame = frame.drop(columns=["folder", "min_reader"])
    emit(frame, form.value)


def export(
    folder: Annotated[
        Path, typer.Argument(help="the folder to write to; created if it does not exist")
    ],
    version: Version = None,
) -> None:
    """Write a whole release as CSV files with checksums.

    A data package (datapackage.json) in the same folder describes every column.

    Example: troopdata export troopdata-csv
    """
    from troopdata.release.csv_export import export_csv

    written = export_csv(folder, version)
    print_text(f"{len(written)} files in {folder}")


def listed(form: Format = Form.TEXT) -> None:
    """List the contents of the cache folders.

    Example: troopdata cache list
    """
    from troopdata.release import cache_contents

    emit(cache_contents.contents(), form.value)


def path() -> None:
    """Print the folder to which releases are downloaded.

    Example: troopdata cache path
    """
    from troopdata.release import cache_folder

    print_text(str(cache_folder.writable()))


def clear(version: ReleaseArgument = None) -> None:
    """Remove downloaded releases; the bundled ones stay.

    Example: troopdata cache clear
    """
    from troopdata.release import cache_contents

    count, size = cache_contents.clear(version)
    print_text(f"removed {count} files, {size / 1e6:.1f} MB")
