"""Build a release from the facts: assemble, derive, check, write to a staging folder, rename.

Nothing is visible before it is complete. The index is replaced last, in one step.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import platform
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from troopdata import progress
from troopdata.api import standing
from troopdata.curate import content_hash, facts, parquet_writer
from troopdata.curate.changes_page import changes_page
from troopdata.curate.checks import against_previous, change_reasons, series_breaks
from troopdata.errors import Failure, Invalid, UsageError
from troopdata.estimation.candidates import candidates
from troopdata.estimation.context import context
from troopdata.estimation.measures import answer
from troopdata.io import csv_writer, files
from troopdata.provenance import diff
from troopdata.release import metadata
from troopdata.release.loader import Release, canonical_json
from troopdata.schemas import arrow, dates, model
from troopdata.validation import cross_table

if TYPE_CHECKING:
    import pandas as pd

    from troopdata.gazetteer.resolver import Gazetteer

__all__ = ["Stamp", "assemble", "build"]

DATASET = "troopdata"
MIN_READER = "0.4.0"
LICENCE = "CC BY 4.0 (compilation); each source under its own terms"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a release states about itself and cannot be computed from its rows.

    Attributes
    ----------
    release : str
        Its number, ``YYYY.MM.N``.
    released_at : str
        Day of the release, ``YYYY-MM-DD``.
    knowledge_cutoff : str
        Last day up to which its sources were read.
    """

    release: str
    released_at: str
    knowledge_cutoff: str


def build(home: Path, target: Path, stamp: Stamp, *, before: Release | None = None) -> Path:
    """Write one release, completely or not at all.

    Parameters
    ----------
    home : pathlib.Path
        The ``datasets`` folder of facts and series.
    target : pathlib.Path
        The folder to create; it may not exist yet.
    stamp : Stamp
        Number and dates of the release.
    before : Release, optional
        The previous release; by default there is none.

    Returns
    -------
    pathlib.Path
        The release's folder.

    Raises
    ------
    Invalid
        With every failure of the facts; nothing is written.
    StorageError
        If the disk is full or not writable; what was written is removed.
    """
    if target.exists():
        raise UsageError(f"{target} exists", hint="name a folder that does not exist yet")
    progress.doing("putting the tables together")
    content = assemble(home, stamp.release, before, until=dates.parse(stamp.released_at))
    with files.writing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
        try:
            _write(staging, content, stamp, home, before)
            _flush(staging)
            os.chmod(staging, 0o755)  # noqa: S103 -- mkdtemp makes it private; a release is not
            os.rename(staging, target)
            _flush(target.parent)
        except BaseException:
            shutil.rmtree(staging, ignore_errors=True)
            raise
    return target


def _flush(folder: Path) -> None:
    """Fsync a folder and its files, so that the rename that follows is durable."""
    for path in (*(path for path in folder.iterdir() if path.is_file()), folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def assemble(
    home: Path,
    release: str,
    before: Release | None = None,
    *,
    until: dt.date | None = None,
    latest: Release | None = None,
) -> dict[str, pd.DataFrame]:
    """Return every table of a release, each checked and all checked together.

    Parameters
    ----------
    home : pathlib.Path
        The ``datasets`` folder.
    release : str
        Number of the release.
    before : Release, optional
        The previous release: what changed since becomes a table, and is checked against it.
    until : datetime.date, optional
        The last day that can have been observed.
    latest : Release, optional
        Where there is no `before`: the release whose ids and rows are known all the same.
    """
    content = facts.assembled(home, recorded=_recorded(before or latest), release=release)
    content["presence"] = _presence(content, until)
    content["agreements"] = _with_standing(content, facts.gazetteer(home), until)
    found: list[Failure] = []
    if before is not None:
        old, reasons = against_previous.tables(before), change_reasons.stated(home, release)
        changed = diff.changes(old, content)
        gone = content["id_redirects"]
        content["changes"] = change_reasons.with_reasons(changed, home, reasons, gone)
        found += against_previous.faults(content, before, old, reasons)
    found += list(series_breaks.faults(content))
    found += list(cross_table.across(content, facts.gazetteer(home), until=until))
    if found:
        raise Invalid(facts.traced(found, home))
    return content


def _recorded(before: Release | None) -> dict[str, dict[str, str]]:
    """Return which release first held each row, by table and key."""
    found = {}
    for name in facts.recorded_tables():
        if before is not None and before.has(name):
            key = model.table(name).primary_key
            rows = before.rows(name, columns=[*key, "recorded_from"]).to_pydict()
            joined = ("|".join(parts) for parts in zip(*(rows[part] for part in key), strict=True))
            found[name] = dict(zip(joined, rows["recorded_from"], strict=True))
    return found


def _presence(content: Mapping[str, pd.DataFrame], until: dt.date | None) -> pd.DataFrame:
    """Derive the yearly best estimates by the rule of ``schemas/estimation_rule.json``."""
    sources = content["sources"]
    known = sources[sources["series"].notna()]
    around = context(
        content["events"], content["tenancies"], content["bases"], content["series_breaks"], until,
        dict(zip(known["source_id"], known["series"], strict=True)), content["operations"],
    )  # fmt: skip
    rows = answer(candidates(content["deployments"], sources), around)
    return rows[list(model.table("presence").columns)]


def _with_standing(
    content: Mapping[str, pd.DataFrame], countries: Gazetteer, until: dt.date | None
) -> pd.DataFrame:
    """Return the agreements with their standing on the day of the release."""
    agreements, events = content["agreements"], content["events"]
    day = until or dt.date.today()  # a check that makes no release has no day of its own
    spells = standing.bound(content["agreement_parties"], agreements, countries)
    each = standing.party_standings(spells, events[events["status"].eq("accepted")], on=day)
    found = standing.agreement_standings(spells, each)
    return agreements.assign(standing=agreements["agreement_id"].map(found).astype("string"))


def _write(
    folder: Path,
    content: Mapping[str, pd.DataFrame],
    stamp: Stamp,
    home: Path,
    before: Release | None,
) -> None:
    entries = []
    for at, name in enumerate(sorted(content), start=1):
        progress.doing(f"writing {name}", at, len(content))
        table = model.table(name)
        rows = content_hash.rows(content[name], table)
        path = folder / f"{name}.parquet"
        parquet_writer.write(path, table, rows)
        described = {
            "rows": rows.num_rows,
            "content_sha256": content_hash.content_sha256(rows),
            "primary_key": list(table.primary_key),
            "columns": [
                {"name": field.name, "type": str(field.type), "nullable": field.nullable}
                for field in rows.schema
            ],
            **_dates(rows),
        }
        entries.append({**_entry(path), **described})
    for name, text in _documents(stamp, content, entries, home, before).items():
        csv_writer.replace(folder / name, text.encode("utf-8"))
        entries.append(_entry(folder / name))
    manifest = _manifest(stamp, entries, home, before)
    csv_writer.replace(folder / "manifest.json", canonical_json(manifest))


def _entry(path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    return {"name": path.name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _dates(rows: Any) -> dict[str, Any]:
    """Return the first and last day among all dates of a table."""
    import pyarrow as pa
    import pyarrow.compute as pc

    columns = [rows.column(f.name) for f in rows.schema if pa.types.is_date32(f.type)]
    columns = [column for column in columns if column.null_count < len(column)]
    if not columns:
        return {"min_date": None, "max_date": None}
    return {
        "min_date": min(pc.min(column).as_py() for column in columns).isoformat(),
        "max_date": max(pc.max(column).as_py() for column in columns).isoformat(),
    }


def _documents(
    stamp: Stamp,
    content: Mapping[str, pd.DataFrame],
    entries: list[dict[str, Any]],
    home: Path,
    before: Release | None,
) -> dict[str, str]:
    """Return the documents of a release: changes, citation, metadata, checksums."""
    citation = (
        "cff-version: 1.2.0\n"
        "message: Cite the release that you used, and the sources of the rows that you used.\n"
        f"title: troopdata, release {stamp.release}\n"
        "type: dataset\n"
        "authors:\n  - name: The troopdata authors\n"
        f'version: "{stamp.release}"\n'
        f"date-released: {stamp.released_at}\n"
        "license: CC-BY-4.0\n"
    )
    old = arrow.frame(before.rows("presence")) if before is not None else None
    reasons = change_reasons.stated(home, stamp.release)
    title = f"{stamp.release}, {stamp.released_at}"
    texts = {
        "CHANGES.md": changes_page(title, entries, content, old, reasons),
        "CITATION.cff": citation,
        **metadata.documents(stamp.release, stamp.released_at, _cite_as(stamp), entries),
    }
    return {**texts, "SHA256SUMS": _sums(entries, texts)}


def _sums(entries: list[dict[str, Any]], texts: Mapping[str, str]) -> str:
    """Return checksums for ``sha256sum --check`` of every file but the manifest and this one."""
    found = {entry["name"]: entry["sha256"] for entry in entries}
    found |= {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()}
    return "".join(f"{sha256}  {name}\n" for name, sha256 in found.items())


def _cite_as(stamp: Stamp) -> str:
    return f"The troopdata authors, troopdata {stamp.release}, {stamp.released_at}"


def _manifest(
    stamp: Stamp, entries: list[dict[str, Any]], home: Path, before: Release | None
) -> dict[str, Any]:
    previous = None
    if before is not None:
        data = (before.folder / "manifest.json").read_bytes()
        sha256 = hashlib.sha256(data).hexdigest()
        previous = {"release": before.version, "manifest_sha256": sha256}
    return {
        "manifest_version": 1,
        "dataset": DATASET,
        "release": stamp.release,
        "schema_version": model.schema_version(),
        "min_reader": MIN_READER,
        "released_at": stamp.released_at,
        "knowledge_cutoff": stamp.knowledge_cutoff,
        "previous": previous,
        "files": entries,
        "counts": {"rows": sum(entry.get("rows", 0) for entry in entries)},
        # A release is committed with its facts, so it cannot name that commit: it names the facts.
        "build": {"inputs_sha256": inputs_sha256(home), **_versions()},
        "licence": LICENCE,
        "doi": None,
        "cite_as": _cite_as(stamp),
    }


def _versions() -> dict[str, str]:
    import pandas as pd
    import pyarrow as pa

    return {
        "python": ".".join(platform.python_version_tuple()[:2]),
        "pyarrow": pa.__version__,
        "pandas": pd.__version__,
    }


def inputs_sha256(home: Path) -> str:
    """Return the SHA-256 over the name and content of every file of facts, series and reasons."""
    digest = hashlib.sha256()
    folders = [home / "facts", home / "series"]
    found = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    paths = sorted(
        [*found, *home.glob("reasons.csv")],
        key=lambda path: path.relative_to(home).as_posix(),
    )
    for path in paths:
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{sha256}  {path.relative_to(home).as_posix()}\n".encode())
    return digest.hexdigest()
