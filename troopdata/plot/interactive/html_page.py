"""The page: data, style and scripts joined into one file that can ask nobody for anything."""

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
from troopdata.plot import captions, palette
from troopdata.plot.interactive import column_encoding
from troopdata.plot.interactive.map_outlines import SCALE, outlines
from troopdata.plot.interactive.page_data import Gathered, chosen, gather
from troopdata.release import loader
from troopdata.schemas import dates, model

__all__ = ["explorer"]

# In this order: each uses names of those before it.
SCRIPTS = (
    "data", "words", "tips", "land", "bases", "legend", "map", "series", "timeline", "answer",
    "table", "main",
)  # fmt: skip
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
    """Write one HTML file to explore claims, estimates, bases and agreements without a network.

    A map of bases and presence with a slider of years, the series of each sender and host (every
    claim as a mark shaped by what was counted, the best estimate with its low and high, gaps as
    gaps), the timeline of agreements, tenancies and events, and the table of claims with their
    sources, all linked.

    Parameters
    ----------
    path : str or os.PathLike
        The file, ``.html``. It is written whole or not at all.
    host, sender : str, int or list of these, optional
        What the file holds; everything by default. ISO3 code, name, alias, World Bank region, or
        integer COW code. One host is shown at once when the file opens, and so is one sender.
    years : tuple of two int, or int, optional
        First and last year of claims and best estimates. Agreements, tenancies and events are
        whole.
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
        If the name of the file does not end in ``.html``, or nothing is known of what was asked.
    StorageError
        If the file cannot be written.

    Notes
    -----
    The page has every claim that is not split by service; how many others there are, and how to
    get them, stands under its table. Its Content-Security-Policy allows its own script and style
    by their hashes and nothing else: it can load nothing and send nothing. The state of the views
    stands in the address, after ``#``, so that one view can be kept and passed on.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     explorer(f"{folder}/niger.html", host="Niger").name
    'niger.html'
    """
    target = Path(path)
    if target.suffix.lower() not in ENDINGS:
        raise UsageError(f"{shown(target.name)} is no page", hint="end the name in .html")
    gathered = gather(sender=sender, host=host, years=years, version=version)
    if not len(gathered.frames["presence"]) and not len(gathered.frames["claims"]):
        raise UsageError("nothing is known of what was asked", hint="ask for more hosts or years")
    told = _told(gathered, host, sender, version)
    data = {
        **told,
        "frames": {name: column_encoding.frame(rows) for name, rows in gathered.frames.items()},
        "land": {"scale": SCALE, "areas": outlines(version)},
    }
    try:
        replace(target, assembled(told["title"], column_encoding.packed(data)).encode())
    except OSError as error:
        message = f"cannot write {target}: {error.strerror}"
        raise StorageError(message, file=str(target)) from None
    return target


def _told(gathered: Gathered, host: Place, sender: Place, version: str | None) -> dict[str, Any]:
    """Return what the page says of itself, and the words and colours that it uses."""
    vocabularies = model.vocabularies()
    found = loader.opened(version).manifest
    hosts, senders = chosen(host, version), chosen(sender, version)
    whose, where = (
        captions.filter_name(sender, version),
        captions.filter_name(host, version, article=True),
    )
    subject = f"{whose or 'Foreign forces'} in {where}" if where else whose
    return {
        "title": f"{subject or 'Foreign forces of the world'}: bases, strength and agreements",
        "release": loader.data_version(version),
        "cutoff": str(found["knowledge_cutoff"]),
        "year": min(captions.day_of(None, version).year, _last_year(gathered)),
        "hosts": hosts,
        "senders": senders,
        "left_out": gathered.left_out,
        "cite": str(found["cite_as"]),
        "labels": {name: dict(vocabularies[name].labels) for name in LABELS},
        "definitions": dict(vocabularies["basis"].definitions),
        "ramp": [list(pair) for pair in zip(palette.CLASSES, palette.RAMP, strict=True)],
        "marks": {code: list(palette.bases(code)) for code in vocabularies["basis"].codes},
        "colours": palette.senders(_weightiest(gathered)),
    }


def _last_year(gathered: Gathered) -> int:
    known = gathered.frames["presence"]["year"]
    return int(known.max()) if len(known) else dates.LAST.year


def _weightiest(gathered: Gathered) -> list[str]:
    """Return the senders, those that used most bases first."""
    used = gathered.frames["tenancies"]["sender"].value_counts()
    counted = gathered.frames["presence"]["sender"].value_counts()
    return [str(one) for one in dict.fromkeys([*used.index, *counted.index])]


def assembled(title: str, data: str) -> str:
    """Return the page.

    Parameters
    ----------
    title : str
        What it is called, as plain text.
    data : str
        What `packing.packed` returned.
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
    # One pass: what is put in is never searched again.
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
