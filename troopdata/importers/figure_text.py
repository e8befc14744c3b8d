"""Reduce the remarks beside a collected figure to a few fixed words, without copying their text."""

from __future__ import annotations

import re

__all__ = ["hedges", "locator", "operation_label"]

# A remark is read clause by clause: "before the withdrawal announced in March" is not a plan.
CLAUSE = re.compile(r"[;,]")
HEDGES = {
    "a few hundred": r"(?:a few|several) hundred",
    "at least": r"at least\b",
    "more than": r"(?:more than|over)\b",
    "up to": r"(?:(?:planned )?up to|as many as|not (?:more than|over))\b",
    "fewer than": r"(?:fewer|less) than\b",
    "about": r"(?:planned |pledged )?(?:about|around|roughly|approximately|nearly|almost|just under"
    r"|a little under|a good|could be closer|rounded|rough breakdown|some$|some \d|pr.s de)",
    "estimated": r"(?:conservative |US |Western )?estimate",
    "planned": r"(?:about )?(?:planned|announced|pledged|promised|offered|committed|commitment"
    r"|expected)\b",
}
# Parts of a document that can be found again, in the order in which they are written.
STRUCTURE = re.compile(
    r"\b(?:table \d+(?:\.\d+)?|chart [\d-]+|annex \d+|page \d+|p\. \d+"
    r"|para(?:graph)?s? \d+(?:-\d+)?|item \d+"
    r"|col(?:umn|\.) \w+|answers? \d+(?:-\d+)?|questions? \d+|section \d+)",
    re.IGNORECASE,
)
KINDS = ("list", "table", "summary", "caption", "infobox", "timeline")
# A longer remark in brackets after the name of an operation is about the figure.
REMARK = re.compile(r" \([^)]{36,}\)")


def hedges(remark: str) -> str:
    """Return the hedges of a remark, joined by ``;``; what else it says is left out.

    Examples
    --------
    >>> hedges("about; Army of the Rhine only"), hedges("roughly, announced")
    ('about', 'about;planned')
    >>> hedges("level before the withdrawal announced on 14 March"), hedges("some totals differ")
    ('', '')
    """
    clauses = [part.strip() for part in CLAUSE.split(remark)]
    found = [
        name
        for name, pattern in HEDGES.items()
        if any(re.match(pattern, part, re.IGNORECASE) for part in clauses)
    ]
    return ";".join(found)


def locator(text: str) -> str:
    """Return where in a document a figure is: a numbered part, or the kind of part.

    Examples
    --------
    >>> locator("para 3-4; undated, by content"), locator("Table 1, column 1964")
    ('paragraph 3-4', 'table 1, column 1964')
    >>> locator("List of contributors"), locator("Mr. Healey")
    ('list', '')
    """
    found = [part.lower() for part in STRUCTURE.findall(text)]
    if not found:
        found = [kind for kind in KINDS if re.search(rf"\b{kind}\b", text, re.IGNORECASE)][:1]
    return re.sub(r"\bparas?\b", "paragraph", ", ".join(dict.fromkeys(found)))


def operation_label(text: str) -> str:
    """Return the name of an operation without a long remark in brackets.

    Examples
    --------
    >>> operation_label("MISCA (doubtful: another report does not list this battalion)")
    'MISCA'
    >>> operation_label("Barkhane (army only)")
    'Barkhane (army only)'
    """
    return REMARK.sub("", text).strip()
