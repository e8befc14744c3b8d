"""Read, complete and check the facts of a checkout: hand-kept tables and published series."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from troopdata.curate import attestation
from troopdata.errors import Failure, Invalid, UsageError
from troopdata.gazetteer.records import CountryRecord
from troopdata.gazetteer.resolver import Gazetteer
from troopdata.geometry import points
from troopdata.importers import natural_earth, registry
from troopdata.io import csv_reader
from troopdata.schemas import arrow, model
from troopdata.schemas.keys import claim_ids, keys
from troopdata.validation import parsing, table_schema

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["assembled", "datasets", "gazetteer", "read", "recorded_tables", "traced"]


def recorded_tables() -> tuple[str, ...]:
    """Return the tables with a column for the release that first had each row."""
    return tuple(n for n in model.tables() if "recorded_from" in model.table(n).columns)


def datasets(folder: Path | None = None) -> Path:
    """Return the ``datasets`` folder of a checkout.

    Raises
    ------
    UsageError
        If there is no such folder: the curators' commands need a checkout.
    """
    home = folder or Path.cwd() / "datasets"
    if not (home / "facts").is_dir():
        hint = "run it in a checkout of troopdata, or name the folder with --datasets"
        raise UsageError(f"{home} does not have a folder facts", hint=hint, file=str(home))
    return home


def gazetteer(home: Path) -> Gazetteer:
    """Return the gazetteer of a checkout's countries."""
    return Gazetteer.from_rows(csv_reader.read_rows(home / "facts" / "countries.csv"))


def read(home: Path) -> tuple[dict[str, pd.DataFrame], list[Failure]]:
    """Return every hand-kept table, typed, and the failures of their files.

    Parameters
    ----------
    home : pathlib.Path
        The ``datasets`` folder.

    Returns
    -------
    tables : dict of str to pandas.DataFrame
        Every table that is not derived; one without a file is empty.
    failures : list of Failure
        Of the text, the header, the cells and the rules of single tables, with physical lines.
    """
    countries = gazetteer(home)
    tables: dict[str, pd.DataFrame] = {}
    failures: list[Failure] = []
    for name in model.tables():
        table = model.table(name)
        if table.derived:
            continue
        path = home / "facts" / f"{name}.csv"
        if not path.exists():
            tables[name] = arrow.empty(table)
            continue
        tables[name], found = _read(path, table, countries)
        failures += found
    return tables, failures


def _read(
    path: Path, table: model.Table, countries: Gazetteer
) -> tuple[pd.DataFrame, list[Failure]]:
    text = csv_reader.read(path, file=f"datasets/facts/{path.name}")
    found = list(text.failures) or parsing.header(text, table)
    if found:
        return arrow.empty(table), found
    frame, found = parsing.typed(text, table)
    return frame, found or list(table_schema.failures(frame, table, countries, text=text))


def assembled(
    home: Path, *, recorded: Mapping[str, Mapping[str, str]], release: str
) -> dict[str, pd.DataFrame]:
    """Return every table that a release holds, facts and series together.

    Parameters
    ----------
    home : pathlib.Path
        The ``datasets`` folder.
    recorded : mapping of str to mapping of str to str
        By table and key, the release that first had each row, from the previous release. Redirects
        of recoded claims are kept for the ids among them.
    release : str
        Number of this release, recorded for rows that are new.

    Raises
    ------
    Invalid
        With every failure of the files.
    """
    import pandas as pd

    tables, failures = read(home)
    if failures:
        raise Invalid(failures)
    for name, frame in registry.tables(home).items():
        rows = _released(frame, recorded) if name == "id_redirects" else frame
        tables[name] = pd.concat([tables[name], rows], ignore_index=True)
    # Each series describes the documents that it cites; one that two series cite is kept once, as
    # of the first of them, and of no series where the hand-kept list, which comes first, has it.
    described = [name for name in tables["sources"] if name != "series"]
    tables["sources"] = tables["sources"].drop_duplicates(described, ignore_index=True)
    tables["deployments"]["claim_id"] = claim_ids(tables["deployments"])
    tables |= attestation.attested(tables)
    for name in recorded_tables():
        tables[name] = _recorded(tables[name], model.table(name), recorded.get(name, {}), release)
    bases = tables["bases"]
    bases["geometry"] = points.points(bases["longitude"], bases["latitude"])
    if len(tables["borders"]):
        tables["borders"] = _bordered(tables["borders"], home)
    return tables


def _released(redirects: pd.DataFrame, recorded: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """Return the computed redirects of ids that a release held.

    A line that a series gains later never had the old code, and so no id by it.
    """
    lines = zip(redirects["table"], redirects["old_id"], strict=True)
    # As a row up to the release before the change, as a redirect in every release since.
    known = recorded.get("id_redirects", {})
    held = [old in recorded.get(table, {}) or f"{table}|{old}" in known for table, old in lines]
    return redirects[held]


def _recorded(
    frame: pd.DataFrame, table: model.Table, known: Mapping[str, str], release: str
) -> pd.DataFrame:
    """Return rows with the release that first had each."""
    found = [known.get(key, release) for key in keys(frame, table)]
    types = {item.name: arrow.dtype(item) for item in table.fields}
    return frame.assign(recorded_from=found)[list(table.columns)].astype(types)


def _bordered(areas: pd.DataFrame, home: Path) -> pd.DataFrame:
    """Return the areas of the map with their outlines and the present status of their countries."""
    import pandas as pd
    import shapely

    outlines = natural_earth.outlines(home / "series" / natural_earth.NaturalEarth.name)
    drawn = [outlines[area_id] for area_id in areas["area_id"]]
    countries = gazetteer(home).records
    table = model.table("borders")
    pairs = zip(areas["area_id"], areas["country"], strict=True)
    statuses = [_status(area_id, country, countries) for area_id, country in pairs]
    filled = areas.assign(
        kind=pd.array([kind for kind, _ in statuses], dtype="string"),
        sovereign=pd.array([sovereign for _, sovereign in statuses], dtype="string"),
        vertices=shapely.get_num_coordinates(drawn),
        geometry=shapely.to_wkb(drawn, byte_order=1),
    )
    return filled.astype({item.name: arrow.dtype(item) for item in table.fields})


def _status(
    area_id: str, country: object, countries: Mapping[str, tuple[CountryRecord, ...]]
) -> tuple[str, str | None]:
    """Return the present kind of an area, and its sovereign."""
    if not isinstance(country, str):
        return "disputed", None
    present = countries[country][-1]
    # An area under its state's code that is not the state itself is a territory of the state.
    if present.kind == "state" and area_id != country.lower():
        return "territory", country
    return present.kind, present.sovereign


def traced(found: Iterable[Failure], home: Path) -> list[Failure]:
    """Return failures with the file and the line of the fact that each is about.

    A row that is in no file of facts is from a series; its failure keeps the table's name.
    """
    lines: dict[str, dict[str, int]] = {}
    return [_traced(failure, lines, home) for failure in found]


def _traced(failure: Failure, lines: dict[str, dict[str, int]], home: Path) -> Failure:
    path = home / "facts" / f"{failure.file}.csv"
    if failure.file not in model.tables() or not path.exists():
        return failure
    if failure.file not in lines:
        lines[failure.file] = _lines(path, model.table(failure.file))
    line = lines[failure.file].get(failure.key)
    if line is None:
        return failure
    return failure._replace(file=f"datasets/facts/{path.name}", row=line)


def _lines(path: Path, table: model.Table) -> dict[str, int]:
    """Return the line of each row by its key."""
    text = csv_reader.read(path)
    places = [text.columns.index(name) for name in table.primary_key]
    keyed = ("|".join(row[at] for at in places) for row in text.rows)
    return dict(zip(keyed, text.lines, strict=True))
