"""Find missions of the United Nations among the operations of the release, for users' own files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from troopdata.importers.table_rows import blank
from troopdata.importers.user_data.input_csv import Published, Row
from troopdata.release.loader import opened

__all__ = ["hosts", "hosts_by_name", "key", "operation_id", "operations", "require", "where"]


def key(acronym: str) -> str:
    """Return an acronym as missions are looked up by it.

    Examples
    --------
    >>> key("Unavem iii")
    'UNAVEM-III'
    """
    return "-".join(acronym.upper().split())


def operation_id(acronym: str) -> str:
    """Return the id of a mission's row in the user's own `operations`.

    Examples
    --------
    >>> operation_id("UNOSOM II")
    'own-un-unosom-ii'
    """
    return f"own-un-{key(acronym).lower()}"


def hosts_by_name(rows: Iterable[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Return the hosts of the missions of the United Nations by name and alias.

    A name that several missions share, as their parts do, has the hosts of all.

    Parameters
    ----------
    rows : iterable of mapping
        Rows of `operations`.

    Examples
    --------
    >>> parts = [{"name": f"UNAVEM {n}", "aliases": "UNAVEM", "kind": "un", "hosts": "AGO"}
    ...          for n in ("I", "II")]
    >>> hosts_by_name(parts)["UNAVEM"]
    ('AGO',)
    """
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row["kind"] == "un":
            names = [row["name"], *(row["aliases"] or "").split(";")]
            for name in filter(None, names):
                found[key(name)].update(filter(None, (row["hosts"] or "").split(";")))
    return {name: tuple(sorted(codes)) for name, codes in found.items()}


@cache
def hosts() -> dict[str, tuple[str, ...]]:
    """Return the hosts of missions in the newest release, by name and alias."""
    return hosts_by_name(opened().rows("operations").to_pylist())


def require(published: Published, line: int, column: str, acronym: str) -> str:
    """Return an acronym, and note it as a fault of the file if the mission is unknown."""
    if key(acronym) not in hosts():
        message = "the operations of the release have no mission of this name"
        published.fault(line, column, "mission", acronym, message)
    return acronym


def where(published: Published, acronym: str, sender: str) -> tuple[str, str]:
    """Return the host of a mission, or nothing and the name of an area.

    A mission with several hosts has none, and neither has one in the sender's own country:
    its contributor is not abroad there.
    """
    codes: Sequence[str] = hosts()[key(acronym)]
    if len(codes) == 1 and codes[0] != sender:
        return codes[0], ""
    names = [published.countries.records[code][-1].name for code in codes]
    return "", " and ".join(names) if len(names) > 1 else acronym


def operations(acronyms: Iterable[str], source: str) -> list[Row]:
    """Return the rows of `operations` of missions, each once.

    Parameters
    ----------
    acronyms : iterable of str
        The missions, in any spelling.
    source : str
        The `source_id` of the rows.
    """
    return [
        blank(
            "operations",
            {
                "operation_id": operation_id(name),
                "name": name.replace("-", " "),
                "kind": "un",
                "lead": "UN",
                "hosts": ";".join(hosts()[name]),
                "source_id": source,
            },
        )
        for name in sorted({key(acronym) for acronym in acronyms})
    ]
