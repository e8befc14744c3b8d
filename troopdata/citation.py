"""Who to cite: the release, and every source that the rows of a frame rest on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from troopdata import catalogue, release
from troopdata.errors import UnknownCode, UsageError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["cite", "sources_of"]

PROVENANCE = ("source_id", "source_ids")
STYLES = ("bibtex", "csl", "ris", "text")
Entry = Mapping[str, Any]


def sources_of(frame: pd.DataFrame, *, version: str | None = None) -> pd.DataFrame:
    """Return the sources that the rows of a frame rest on.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows of any table, filtered, merged or grouped, as long as a column `source_id` or
        `source_ids` is left.
    version : str, optional
        Release of the data; by default the one in ``frame.attrs``, or else the latest.

    Returns
    -------
    pandas.DataFrame
        Rows of table `sources`, then rows: how many rows of the frame rest on each.

    Raises
    ------
    UsageError
        If no column says where the rows come from: a frame that lost it cannot be cited.

    Examples
    --------
    >>> import troopdata as td
    >>> niger = td.presence(sender="USA", host="NER", years=2023)
    >>> "The White House" in set(sources_of(niger).publisher)
    True
    """
    columns = [name for name in PROVENANCE if name in frame]
    if not columns:
        hint = "keep source_id or source_ids through groupby and merge"
        raise UsageError("the frame does not say where its rows come from", hint=hint)
    named = [frame[name].dropna().astype("string").str.split(";").explode() for name in columns]
    counts = named[0].value_counts()
    for more in named[1:]:
        counts = counts.add(more.value_counts(), fill_value=0)
    known = catalogue.sources(version=version or _release(frame))
    used = known[known["source_id"].isin(counts.index)]
    used = used.assign(rows=used["source_id"].map(counts).astype("Int64"))
    return used.sort_values(["rows", "source_id"], ascending=[False, True], ignore_index=True)


def _release(frame: pd.DataFrame) -> str | None:
    told = frame.attrs.get("troopdata", {})
    return told.get("release") if isinstance(told, dict) else None


def cite(frame: pd.DataFrame | None = None, *, style: str = "bibtex") -> str:
    """Return how to cite the release, and every source that a frame used.

    Parameters
    ----------
    frame : pandas.DataFrame, optional
        Rows that you used; only the release is cited without them.
    style : {"bibtex", "ris", "csl", "text"}
        BibTeX, RIS, CSL-JSON, or plain text.

    Returns
    -------
    str
        The entries, the release first.

    Raises
    ------
    UnknownCode
        If there is no such style.
    UsageError
        If the frame lost the columns that say where its rows come from.

    Examples
    --------
    >>> print(cite(style="text").split(",")[0])
    The troopdata authors
    """
    if style not in STYLES:
        raise UnknownCode(style, hint=f"one of {', '.join(STYLES)}", detail="of style")
    entries = [_of_release(None if frame is None else _release(frame))]
    if frame is not None:
        entries += [_of_source(row) for row in sources_of(frame).to_dict("records")]
    if style == "csl":
        return json.dumps([_csl(entry) for entry in entries], ensure_ascii=False, indent=1)
    render = {"bibtex": _bibtex, "ris": _ris, "text": _text}[style]
    return "\n".join(render(entry) for entry in entries)


def _of_release(version: str | None) -> dict[str, str]:
    opened = release.opened(version)
    return {
        "id": f"troopdata-{opened.version}",
        "kind": "dataset",
        "author": "The troopdata authors",
        "title": f"troopdata, release {opened.version}",
        "date": opened.manifest["released_at"],
        "url": "",
        "note": opened.manifest["licence"],
    }


def _of_source(row: Mapping[Any, Any]) -> dict[str, str]:
    import pandas as pd

    known = {str(name): "" if pd.isna(value) else str(value) for name, value in row.items()}
    day = known["published_on"][:10]
    sharp = {"year": 4, "month": 7}.get(known["published_on_precision"], 10)
    via = f"transcribed via {known['transcribed_via']}" if known["transcribed_via"] else ""
    return {
        "id": known["source_id"],
        "kind": "document",
        "author": known["publisher"],
        "title": known["title"],
        "date": day[:sharp],
        "url": known["url"] or known["archive_url"],
        "note": via,
    }


def _escaped(text: str) -> str:
    """Return text as BibTeX reads it literally."""
    marks = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%",
             "$": r"\$", "#": r"\#", "_": r"\_", "~": r"\textasciitilde{}",
             "^": r"\textasciicircum{}"}  # fmt: skip
    return "".join(marks.get(mark, mark) for mark in text)


def _bibtex(entry: Entry) -> str:
    fields = {
        "author": f"{{{_escaped(entry['author'])}}}",
        "title": f"{{{_escaped(entry['title'])}}}",
        "year": entry["date"][:4],
        "date": entry["date"],
        "url": entry["url"],
        "note": _escaped(entry["note"]),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{entry['id']},", *lines, "}"])


def _ris(entry: Entry) -> str:
    kind = "DATA" if entry["kind"] == "dataset" else "GEN"
    fields = [
        ("TY", kind), ("ID", entry["id"]), ("AU", entry["author"]), ("TI", entry["title"]),
        ("PY", entry["date"][:4]), ("DA", entry["date"].replace("-", "/")), ("UR", entry["url"]),
        ("N1", entry["note"]),
    ]  # fmt: skip
    return "\n".join([f"{tag}  - {value}" for tag, value in fields if value] + ["ER  - ", ""])


def _csl(entry: Entry) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": entry["id"],
        "type": entry["kind"],
        "author": [{"literal": entry["author"]}],
        "title": entry["title"],
    }
    if entry["date"]:
        found["issued"] = {"date-parts": [[int(part) for part in entry["date"].split("-")]]}
    if entry["url"]:
        found["URL"] = entry["url"]
    if entry["note"]:
        found["note"] = entry["note"]
    return found


def _text(entry: Entry) -> str:
    words = [entry["author"], entry["title"], entry["date"], entry["url"], entry["note"]]
    return ", ".join(word for word in words if word) + "."
