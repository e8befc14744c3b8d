"""Format bibliographies as BibTeX, RIS, CSL-JSON or plain text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["STYLES", "Entry", "format_entries"]

STYLES = ("bibtex", "csl", "ris", "text")
# Characters that LaTeX takes for commands. Braces become commands: BibTeX counts escaped ones.
LATEX = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
    "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
ADDRESS = {"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20"}
RIS = {"dataset": "DATA", "article-newspaper": "NEWS", "report": "RPT", "treaty": "LEGAL"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a bibliography.

    Attributes
    ----------
    id : str
        The citation key.
    kind : str
        The CSL type: dataset, report, treaty, article-newspaper or document.
    author : str
        An organisation; its name is not split into first and last names.
    title, url, note : str
        Plain text, not escaped; empty if unknown.
    date, accessed : str
        At the known precision: ``2024``, ``2024-03``, ``2024-03-17``; empty if unknown.
    """

    id: str
    kind: str
    author: str
    title: str
    date: str = ""
    url: str = ""
    accessed: str = ""
    note: str = ""


def format_entries(entries: Sequence[Entry], style: str, remarks: Iterable[str] = ()) -> str:
    r"""Return entries in one style, with remarks about the whole list.

    Parameters
    ----------
    entries : sequence of Entry
        The entries, in order.
    style : {"bibtex", "csl", "ris", "text"}
        The style.
    remarks : iterable of str
        In BibTeX, comments before the entries; in text, the last lines; in RIS and CSL-JSON, which
        have no comments, notes of the first entry.

    Examples
    --------
    >>> print(format_entries([Entry("un", "report", "A & B", "Deaths", "1999")], "bibtex"))
    @misc{un,
      author = {{A \& B}},
      title = {{Deaths}},
      year = {1999},
      date = {1999},
    }
    """
    notes = list(remarks)
    if style == "csl":
        found = [_csl(entry, notes if at == 0 else []) for at, entry in enumerate(entries)]
        return json.dumps(found, ensure_ascii=False, indent=1)
    if style == "ris":
        return "\n".join(_ris(entry, notes if at == 0 else []) for at, entry in enumerate(entries))
    if style == "text":
        return "\n".join([*map(_text, entries), *(f"Note: {remark}" for remark in notes)])
    return "\n".join([*(f"% Note: {remark}" for remark in notes), *map(_bibtex, entries)])


def _escaped(text: str, marks: dict[str, str]) -> str:
    return "".join(marks.get(mark, mark) for mark in text)


def _bibtex(entry: Entry) -> str:
    # In the order in which they are written.
    fields = {
        "author": f"{{{_escaped(entry.author, LATEX)}}}",
        "title": f"{{{_escaped(entry.title, LATEX)}}}",
        "year": entry.date[:4],
        "date": entry.date,
        "url": _escaped(entry.url, ADDRESS),
        "urldate": entry.accessed,
        "note": _escaped(entry.note, LATEX),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{entry.id},", *lines, "}"])


def _ris(entry: Entry, remarks: Iterable[str]) -> str:
    day, accessed = (text.replace("-", "/") for text in (entry.date, entry.accessed))
    fields = [
        ("TY", RIS.get(entry.kind, "GEN")),
        ("ID", entry.id),
        # A comma would split the name into last and first names.
        ("AU", entry.author.replace(",", "")),
        ("PB", entry.author),
        ("TI", entry.title),
        ("PY", entry.date[:4]),
        ("DA", day),
        ("UR", entry.url),
        ("Y2", accessed),
        *(("N1", note) for note in (entry.note, *remarks)),
    ]
    return "\n".join([f"{tag}  - {value}" for tag, value in fields if value] + ["ER  - ", ""])


def _csl(entry: Entry, remarks: Iterable[str]) -> dict[str, Any]:
    note = " ".join(word for word in (entry.note, *remarks) if word)
    found = {
        "id": entry.id,
        "type": entry.kind,
        "author": [{"literal": entry.author}],
        "title": entry.title,
        "issued": _parts(entry.date),
        "URL": entry.url,
        "accessed": _parts(entry.accessed),
        "note": note,
    }
    return {name: value for name, value in found.items() if value}


def _parts(day: str) -> dict[str, list[list[int]]] | None:
    return {"date-parts": [[int(part) for part in day.split("-")]]} if day else None


def _text(entry: Entry) -> str:
    words = [entry.author, entry.title, entry.date, entry.url, entry.note]
    return ", ".join(word for word in words if word) + "."
