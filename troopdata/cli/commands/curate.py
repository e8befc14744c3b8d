"""Curators' commands, for a checkout: fmt, import, build, check, stale, release, handbook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from troopdata.cli.commands import docs
from troopdata.cli.options import Datasets
from troopdata.cli.output import print_text

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the curators' commands."""
    app.command("fmt")(fmt)
    app.command("import")(import_)
    app.command("build")(build)
    app.command("check")(check)
    app.command("stale")(stale)
    app.command("release")(release)
    docs.register(app)


def fmt(
    datasets: Datasets = None,
    only_check: Annotated[
        bool, typer.Option("--check", help="only report what is not canonical")
    ] = False,
) -> int:
    """Write the facts in canonical form: sorted, with ids filled in.

    Example: troopdata fmt --check
    """
    from troopdata.curate import facts
    from troopdata.io import csv_writer
    from troopdata.validation import formatting

    home = facts.datasets(datasets)
    wanted = {path: formatting.formatted(path).encode() for path in formatting.paths(home)}
    stale = [path for path, data in wanted.items() if path.read_bytes() != data]
    for path in stale:
        print_text(f"{'not canonical' if only_check else 'formatted'}: {path}")
        if not only_check:
            csv_writer.replace(path, wanted[path])
    if not stale:
        print_text(f"{len(wanted)} files are in canonical form")
    return 1 if stale and only_check else 0


def import_(
    series: Annotated[
        str, typer.Argument(help="a built-in series, or a data set that you hold a copy of")
    ],
    file: Annotated[Path | None, typer.Argument(help="the published file")] = None,
    upstream: Annotated[
        Path | None,
        typer.Option("--upstream", help="a folder of published originals to rebuild a series from"),
    ] = None,
    into: Annotated[Path | None, typer.Option("--into", help="a folder of your own")] = None,
    datasets: Datasets = None,
) -> None:
    """Turn published files into rows.

    A workbook of us-dmdc, or a monthly PDF of un-contributions, adds a report to the series of the
    checkout. A copy of your own (un-contributions as CSV, geo-pko, dcad, atop, cow-alliances, or
    any table with a mapping file) goes into a folder of your own, which td.load(..., extra=FOLDER)
    reads beside the release.

    With --upstream a built-in series of the checkout is rebuilt from the published originals, and
    what changed is printed, by file and number of rows. Files that are kept by hand stay as they
    are. The folder must contain, under these names:

    \b
    us-dmdc: us/dmdc_*.csv and us/dmdc_location_report_2025-12-31.xlsx;
    cia-factbook: world/claims_deployments.csv;
    dod-base-structure: bases/dod_base_structure_report_fy25_sites.csv;
    mme: exercises/mme_v7.csv;
    national-snapshots: world/transcribed_snapshots.csv;
    natural-earth: countries-50m.json;
    ucdp-support: world/ucdp_secondary_troops_1946_2024.csv;
    un-contributions: un/un_contributions_wide_2009_2025.csv.gz and un/pdf/*.pdf;
    un-fatalities: world/un_peacekeeping_fatalities_1948_2023.csv;
    us-c1-construction: us/c1_construction_2008_2019.csv;
    vine-bases: bases/vine_*.csv;
    war-powers: warpowers/deployments.csv;
    national-series: world2/national_series.csv;
    wars-and-garrisons: world2/history_and_wars.csv;
    coalition-lists: world2/multi_sender_snapshots.csv;
    us-in-country: world2/us_in_country.csv.

    Example: troopdata import geo-pko geopko.csv --into mine

    Example: troopdata import war-powers --upstream originals
    """  # noqa: D301 (Click keeps the lines of a paragraph that begins with a backspace)
    from troopdata.errors import UsageError

    if upstream is not None:
        # Imported in two branches, so that a user's own import does not load the curators' code.
        from troopdata.curate import facts

        if file or into:
            hint = f"troopdata import {series} --upstream FOLDER"
            raise UsageError("--upstream cannot be combined with a file or --into", hint=hint)
        _rebuild(series, upstream, facts.datasets(datasets))
    elif file is None:
        hint = f"troopdata import {series} FILE, or --upstream FOLDER for a built-in series"
        raise UsageError("name the published file", hint=hint)
    elif series == "us-dmdc":
        from troopdata.curate import facts
        from troopdata.importers import us_dmdc

        folder = facts.datasets(datasets) / "series" / series
        print_text(f"wrote {us_dmdc.import_workbook(file, folder)}; now run troopdata check")
    elif series == "un-contributions" and _is_pdf(file):
        _import_pdf(file, into, datasets)
    else:
        _import_own(series, file, into)


def _is_pdf(file: Path) -> bool:
    """Whether a file is a PDF by its first bytes."""
    from troopdata.importers.un_contributions.pdf_lines import is_pdf

    return is_pdf(file)


def _import_pdf(file: Path, into: Path | None, datasets: Path | None) -> None:
    """Add a monthly report of the United Nations to the series of the checkout."""
    from troopdata.curate import facts
    from troopdata.errors import UsageError
    from troopdata.importers import un_contributions

    if into is not None:
        hint = f"troopdata import un-contributions {file}"
        raise UsageError("a PDF is added to the series of a checkout, without --into", hint=hint)
    name = un_contributions.UnContributions.name
    folder = facts.datasets(datasets) / "series" / name
    found = un_contributions.import_pdf(file, folder)
    month, totals = found.report.as_of[:7], len(found.totals)
    edition = "by mission" if found.report.by_mission else "by country only, which makes no claims"
    print_text(f"{file.name}: {month}, {edition}; {totals} printed totals agree")
    print_text(f"wrote {folder / 'reports' / month}.csv; now run troopdata check")


def _rebuild(series: str, upstream: Path, home: Path) -> None:
    """Rebuild a built-in series, and print what changed."""
    from troopdata.errors import UnknownName
    from troopdata.importers.registry import SERIES

    if series not in SERIES:
        raise UnknownName(series, hint=f"one of {', '.join(SERIES)}")
    changes = SERIES[series](home / "series" / series).rebuild(upstream)
    moved = [change for change in changes if change.state != "unchanged"]
    for change in moved:
        print_text(str(change))
    files = f"{len(changes)} {'file' if len(changes) == 1 else 'files'}"
    if moved:
        print_text(f"{series}: {len(moved)} of {files} written; now run troopdata check")
    else:
        rows = sum(change.rows for change in changes)
        print_text(f"{series}: unchanged, {files}, {rows:,} rows")


def _import_own(series: str, file: Path, into: Path | None) -> None:
    """Import a user's own copy of a data set into the user's folder."""
    from troopdata.errors import UnknownName, UsageError
    from troopdata.importers.registry import SERIES
    from troopdata.importers.user_data import IMPORTERS

    if series in SERIES and series not in IMPORTERS:
        hint = f"troopdata import {series} --upstream FOLDER"
        raise UsageError(f"{series} is rebuilt from a folder of originals", hint=hint)
    if series not in IMPORTERS:
        raise UnknownName(series, hint=f"one of us-dmdc, {', '.join(sorted(IMPORTERS))}")
    if into is None:
        raise UsageError(f"{series} goes into a folder of your own", hint="add --into FOLDER")
    for path in IMPORTERS[series](file).write(into):
        print_text(f"wrote {path}")


def build(
    target: Annotated[Path, typer.Option("--to", help="the folder to create")],
    number: Annotated[str, typer.Option("--number", help="number of the release")] = "",
    datasets: Datasets = None,
) -> None:
    """Build a release from the present facts without publishing it.

    Without --number, the latest release is built again with its own dates. The same facts give the
    same bytes.

    Example: troopdata build --to built
    """
    from troopdata.curate import facts, publish

    home = facts.datasets(datasets)
    folder = publish.rebuilt(home, target, number)
    print_text(f"built {folder}")


def check(
    datasets: Datasets = None,
    accept_counts: Annotated[
        bool, typer.Option("--accept-counts", help="store the present numbers of rows")
    ] = False,
    draw: Annotated[
        int | None,
        typer.Option("--draw", min=1, help="print this many fields to hold against pages"),
    ] = None,
    seed: Annotated[
        str, typer.Option("--seed", help="name of the draw; by default the release and 1")
    ] = "",
) -> None:
    """Check facts, series, schemas and the latest release.

    Also print how many reports add up to their own totals. With --draw, print a sample of fields
    of the latest release as CSV instead, each with its value and the pages that its row cites, for
    somebody who did not enter them; what they find goes to datasets/facts/verifications.csv.

    Example: troopdata check --draw 20
    """
    from troopdata.curate import facts, publish

    if draw is not None:
        print_text(_drawn(draw, seed))
        return
    for line in publish.checked(facts.datasets(datasets), accept_counts=accept_counts):
        print_text(line)


def _drawn(number: int, seed: str) -> str:
    """Return a sample of fields of the latest release as CSV."""
    import csv
    import io

    from troopdata.api.load import load
    from troopdata.curate import verification
    from troopdata.release.loader import data_version

    tables = {name: load(name) for name in (*verification.SHARES, "sources")}
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(verification.COLUMNS)
    lines.writerows(verification.drawn(tables, number, seed or f"{data_version()}-1"))
    return text.getvalue().rstrip("\n")


def stale(
    limit: Annotated[int, typer.Option("--limit", min=1, help="rows to print")] = 30,
    version: Annotated[str, typer.Option("--data-version", help="release of the data")] = "",
) -> None:
    """List what no source has shown for longest.

    Forces, bases and agreements that go on by the release, with the last day on which a source
    shows each, those of the largest forces first: what a curator looks for next.

    Example: troopdata stale --limit 10
    """
    from troopdata.cli.table_layout import table_text
    from troopdata.curate import staleness

    print_text(table_text(staleness.stale(version or None).head(limit)))


def release(
    number: Annotated[str, typer.Argument(help="year, month and number, such as 2026.11.0")] = "",
    released_at: Annotated[str, typer.Option("--date", help="day of the release")] = "",
    knowledge_cutoff: Annotated[
        str, typer.Option("--cutoff", help="day up to which sources were read")
    ] = "",
    datasets: Datasets = None,
    to: Annotated[str, typer.Option("--to", help="copy all releases to this folder or URL")] = "",
    yank: Annotated[
        str, typer.Option("--yank", help="withdraw this release instead of making one")
    ] = "",
    reason: Annotated[str, typer.Option("--reason", help="why it is withdrawn")] = "",
    superseded_by: Annotated[
        str, typer.Option("--superseded-by", help="the release that replaces it")
    ] = "",
) -> None:
    """Build a release, check it and list it.

    Past releases do not change. With --to, all releases are then copied to the folder or bucket
    from which users fetch them; files that are already there are not overwritten. With --yank, a
    release is withdrawn: it is no longer the latest, and a user who names it sees the reason.

    Example: troopdata release 2026.12.0 --date 2026-12-01 --to s3://bucket/troopdata
    """
    from troopdata.curate import facts, upload

    home = facts.datasets(datasets)
    if yank:
        print_text(_withdrawn(home, yank, reason, superseded_by, beside=number or released_at))
    else:
        print_text(_released(home, number, released_at, knowledge_cutoff, reason or superseded_by))
    if to:
        written = upload.mirror(home / "releases", to)
        print_text(f"copied {len(written)} files to {to}")


def _released(home: Path, number: str, released_at: str, cutoff: str, beside: str) -> str:
    """Build and list a release; return the line to print."""
    from troopdata.curate import publish
    from troopdata.curate.build import Stamp
    from troopdata.errors import UsageError
    from troopdata.schemas import dates

    if beside or not (number and released_at):
        wrong = (
            "--reason and --superseded-by need --yank" if beside else "number and --date are needed"
        )
        hint = "troopdata release 2026.12.0 --date 2026-12-01"
        raise UsageError(wrong, hint=hint)
    days = [dates.parse(day).isoformat() for day in (released_at, cutoff or released_at)]
    return f"released {publish.publish(home, Stamp(number, *days))}"


def _withdrawn(home: Path, number: str, reason: str, superseded_by: str, *, beside: str) -> str:
    """Withdraw a release; return the line to print."""
    from troopdata.curate.yank import withdraw
    from troopdata.errors import UsageError

    if beside:
        hint = f'troopdata release --yank {number} --reason "..."'
        raise UsageError("one command cannot both withdraw and make a release", hint=hint)
    latest = withdraw(home, number, reason, superseded_by=superseded_by)
    return f"release {number} is withdrawn; the latest is {latest}"
