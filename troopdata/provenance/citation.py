"""Cite a release and the sources of the rows of a frame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from troopdata.errors import UnknownCode, UsageError
from troopdata.provenance import sources
from troopdata.provenance.bibliography import STYLES, Entry, format_entries
from troopdata.release import loader

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["cite", "sources_of"]

KEEP = (
    'keep it through groupby, as .agg(source_ids=("source_id", lambda ids: ";".join(ids.unique())))'
)
TYPES = {
    "official": "report",
    "official_series": "report",
    "press": "article-newspaper",
    "treaty_text": "treaty",
}


def sources_of(frame: pd.DataFrame, *, version: str | None = None) -> pd.DataFrame:
    """Return the sources of the rows of a frame.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows of any table, filtered, merged or grouped, with a column `source_id` or `source_ids`,
        with or without the suffix of a merge. Without such a column, `claim_id`, `claim_ids`,
        `event_id` and other ids are looked up.
    version : str, optional
        Release of the data; by default that of ``frame.attrs``, or else the latest.

    Returns
    -------
    pandas.DataFrame
        Rows of table `sources`, then rows, the number of rows of the frame with that source.

    Raises
    ------
    UsageError
        If no column leads to sources, so that the frame cannot be cited.

    Examples
    --------
    >>> import troopdata as td
    >>> niger = td.presence(sender="USA", host="NER", years=2023)
    >>> "The White House" in set(sources_of(niger).publisher)
    True
    """
    named = sources.traced(frame, version or _release(frame))
    if named is None:
        hint = "keep source_id or source_ids through groupby and merge"
        raise UsageError("the frame has no column that leads to the sources of its rows", hint=hint)
    counts = named.value_counts()
    known = loader.read("sources", version=version or _release(frame))
    used = known[known["source_id"].isin(counts.index)]
    used = used.assign(rows=used["source_id"].map(counts).astype("Int64"))
    return used.sort_values(["rows", "source_id"], ascending=[False, True], ignore_index=True)


def _release(frame: pd.DataFrame) -> str | None:
    provenance = frame.attrs.get("troopdata", {})
    return provenance.get("release") if isinstance(provenance, dict) else None


def cite(frame: pd.DataFrame | None = None, *, style: str = "bibtex") -> str:
    """Return citations of the release, and of every source of a frame.

    Parameters
    ----------
    frame : pandas.DataFrame, optional
        The rows used; without them, only the release is cited.
    style : {"bibtex", "ris", "csl", "text"}
        BibTeX, RIS, CSL-JSON, or plain text.

    Returns
    -------
    str
        The entries, the release first. Notes report what cannot be cited: lost columns, rows
        without a source, sources that the release does not have.

    Raises
    ------
    UnknownCode
        If the style is unknown.

    Examples
    --------
    >>> print(cite(style="text").split(",")[0])
    The troopdata authors
    """
    if style not in STYLES:
        raise UnknownCode(style, hint=f"one of {', '.join(STYLES)}", detail="of style")
    version = None if frame is None else _release(frame)
    entries, remarks = [_of_release(version)], []
    if frame is not None:
        remarks = list(_remarks(frame, version))
    if frame is not None and sources.traced(frame.head(0), version) is not None:
        used = sources_of(frame, version=version)
        entries += [_of_source(row) for row in used.to_dict("records")]
    return format_entries(entries, style, remarks)


def _remarks(frame: pd.DataFrame, version: str | None) -> Iterator[str]:
    """Yield remarks about what cannot be cited in a frame."""
    named = sources.traced(frame, version)
    if named is None:
        lost = ", ".join(sources.lost(frame))
        yield f"The sources of the rows are unknown: {lost} did not survive; {KEEP}."
        return
    unsourced = len(frame) - named.index.nunique()
    if unsourced:
        yield f"{unsourced:,} of {len(frame):,} rows name no source."
    known = set(loader.read("sources", version=version, columns=["source_id"])["source_id"])
    if unknown := sorted(set(named) - known):
        yield f"The release does not have these sources: {', '.join(unknown)}."


def _of_release(version: str | None) -> Entry:
    opened = loader.opened(version)
    return Entry(
        id=f"troopdata-{opened.version}",
        kind="dataset",
        author="The troopdata authors",
        title=f"troopdata, release {opened.version}",
        date=opened.manifest["released_at"],
        note=opened.manifest["licence"],
    )


def _of_source(row: Mapping[Any, Any]) -> Entry:
    import pandas as pd

    known = {str(name): "" if pd.isna(value) else str(value) for name, value in row.items()}
    # A source that came out on or after some day has no date to cite.
    lengths = {"year": 4, "month": 7, "not_earlier_than": 0}
    length = lengths.get(known["published_on_precision"], 10)
    via = known["transcribed_via"]
    return Entry(
        id=known["source_id"],
        kind=TYPES.get(known["kind"], "document"),
        author=known["publisher"],
        title=known["title"],
        date=known["published_on"][:10][:length],
        url=known["url"] or known["archive_url"],
        accessed=known["accessed_on"][:10],
        note=f"transcribed via {via}" if via else "",
    )
