"""Write the page: data, style and scripts joined into one file that makes no request."""

from __future__ import annotations

import base64
import hashlib
import html
import os
from pathlib import Path
from typing import Any

from troopdata.api.filters import Place, Years
from troopdata.errors import StorageError, UsageError, shown
from troopdata.io.files import replace
from troopdata.plot import captions, colours
from troopdata.plot.interactive import column_encoding
from troopdata.plot.interactive.map_outlines import SCALE, outlines
from troopdata.plot.interactive.page_data import PageData, country_codes, read_page_data
from troopdata.release import loader
from troopdata.schemas import model

__all__ = ["explorer"]

# In this order, because each script uses names of the ones before it.
SCRIPTS = (
    "data", "words", "tips", "land", "bases", "legend", "map", "series", "timeline", "answer",
    "table", "main",
)  # fmt: skip
# Vocabularies whose labels the page shows.
LABELS = (
    "agreement_end", "agreement_kind", "base_kind", "basis", "event_kind", "force",
    "location_precision", "party_role", "presence_state", "qualifier", "status", "tenancy_end",
    "tenancy_role", "tenancy_size", "value_state",
)  # fmt: skip
ENDINGS = (".html", ".htm")


def explorer(
    path: str | os.PathLike[str],
    *,
    host: Place = None,
    sender: Place = None,
    years: Years = None,
    version: str | None = None,
) -> Path:
    """Write one HTML file to explore claims, estimates, bases and agreements offline.

    The page has a map of bases and presence with a slider for the year; the series of each sender
    and host, with every claim as a mark whose shape shows its basis, the best estimates with low
    and high, the stationing series beside them, and gaps where nothing is known; the timeline of
    agreements, tenancies and events; and the table of claims with their sources. All views are
    linked. Sums over senders or hosts are those of ``presence(by=("host",))`` and
    ``presence(by=("sender",))``.

    Parameters
    ----------
    path : str or os.PathLike
        The file, ``.html``. It is written atomically.
    host, sender : str, int or list of these, optional
        The countries in the file; all by default. ISO3 code, name, alias, World Bank region, or
        integer COW code. A single host or sender is selected when the file opens.
    years : tuple of two int, or int, optional
        First and last year of claims and best estimates. Agreements, tenancies and events are not
        limited.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    UnknownCountry, AmbiguousCountry, UnknownRelease
        With the nearest names.
    UsageError
        If the name of the file does not end in ``.html``, or the selection is empty.
    StorageError
        If the file cannot be written.

    Notes
    -----
    The page has every claim that is not split by service; a note under its table counts the others
    and says how to get them. Its Content-Security-Policy allows only its own script and style, by
    their hashes, so the page can neither load nor send anything. The part of the address after
    ``#`` records the state of the views, so that a view can be bookmarked and shared.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     explorer(f"{folder}/niger.html", host="Niger").name
    'niger.html'
    """
    target = Path(path)
    if target.suffix.lower() not in ENDINGS:
        message = f"{shown(target.name)} is not the name of a page"
        raise UsageError(message, hint="end the name in .html")
    page = read_page_data(sender=sender, host=host, years=years, version=version)
    if not len(page.frames["presence"]) and not len(page.frames["claims"]):
        message = "no claim and no estimate in this selection"
        raise UsageError(message, hint="select more senders, hosts or years")
    about = _about(page, host, sender, version)
    data = {
        **about,
        "frames": {name: column_encoding.frame(rows) for name, rows in page.frames.items()},
        "land": {"scale": SCALE, "areas": outlines(version)},
    }
    try:
        replace(target, render(about["title"], column_encoding.pack(data)).encode())
    except OSError as error:
        message = f"cannot write {target}: {error.strerror}"
        raise StorageError(message, file=str(target)) from None
    return target


def _about(page: PageData, host: Place, sender: Place, version: str | None) -> dict[str, Any]:
    """Return title, release, filters, labels and colours of the page."""
    vocabularies = model.vocabularies()
    manifest = loader.opened(version).manifest
    user = captions.filter_name(sender, version)
    place = captions.filter_name(host, version, article=True)
    subject = f"{user or 'Foreign forces'} in {place}" if place else user
    return {
        "title": f"{subject or 'Foreign forces worldwide'}: bases, strength and agreements",
        "release": loader.data_version(version),
        "cutoff": str(manifest["knowledge_cutoff"]),
        "year": _first_shown(page, captions.day_of(None, version).year),
        "hosts": country_codes(host, version),
        "senders": country_codes(sender, version),
        "left_out": page.left_out,
        "cite": str(manifest["cite_as"]),
        "labels": {name: dict(vocabularies[name].labels) for name in LABELS},
        "definitions": {
            name: dict(vocabularies[name].definitions)
            for name in ("basis", "grade", "presence_state")
        },
        "ramp": [list(pair) for pair in zip(colours.CLASSES, colours.RAMP, strict=True)],
        "marks": {code: list(colours.basis_style(code)) for code in vocabularies["basis"].codes},
        "colours": colours.sender_colours(_senders(page)),
    }


def _first_shown(page: PageData, last: int) -> int:
    """Return the year that the page opens with: the latest up to `last` that has a number."""
    rows = page.frames["presence"]
    numbers = rows[["personnel", "low", "high"]].notna().any(axis=1)
    for years in (rows.loc[numbers, "year"], rows["year"]):
        if len(years):
            before = years[years <= last]
            return int(before.max() if len(before) else years.min())
    return last


def _senders(page: PageData) -> list[str]:
    """Return the senders, those with most tenancies first, since colours go to the first ones."""
    used = page.frames["tenancies"]["sender"].value_counts()
    counted = page.frames["presence"]["sender"].value_counts()
    return [str(one) for one in dict.fromkeys([*used.index, *counted.index])]


def render(title: str, data: str) -> str:
    """Return the HTML of the page.

    Parameters
    ----------
    title : str
        The title, as plain text.
    data : str
        The result of `column_encoding.pack`.
    """
    style = _part("page.css")
    script = '(async () => {\n"use strict";\n' + "\n".join(
        _part(f"{name}.js") for name in SCRIPTS
    ) + "\n})();\n"  # fmt: skip
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    parts = {
        "{{policy}}": policy, "{{title}}": html.escape(title), "{{style}}": style,
        "{{data}}": data, "{{script}}": script,
    }  # fmt: skip
    page = _part("page.html")
    pieces = []
    # In a single pass, so that a placeholder within inserted text is not replaced.
    while (found := _first(page, parts)) is not None:
        at, name = found
        pieces += [page[:at], parts[name]]
        page = page[at + len(name) :]
    return "".join([*pieces, page])


def _first(page: str, parts: dict[str, str]) -> tuple[int, str] | None:
    places = [(page.find(name), name) for name in parts if name in page]
    return min(places, default=None)


def _part(name: str) -> str:
    return (Path(__file__).parent / "static" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
