"""Build rows of tables as text: every column present, ids distinct, dates with a precision."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from troopdata.schemas import model

__all__ = ["blank", "claim", "dated", "distinct", "part_of_forces", "slug", "spending"]

Row = dict[str, str]

CLAIM = {"force": "military", "service": "all", "value_state": "reported", "status": "accepted"}
SPENDING = {"currency": "USD", "value_state": "reported"}


def blank(table: str, cells: Mapping[str, str]) -> Row:
    """Return a row with every column of a table that is not computed, the others empty.

    Examples
    --------
    >>> blank("exercise_participants", {"country": "NLD"})
    {'exercise_id': '', 'country': 'NLD'}
    """
    row = {item.name: "" for item in model.table(table).fields if not item.computed}
    return {**row, **cells}


def claim(**cells: str) -> Row:
    """Return a row of `deployments`; an empty cell takes the value that most claims have.

    Examples
    --------
    >>> row = claim(sender="FRA", host="MLI", personnel="2400")
    >>> row["value_state"], row["service"], row["place"]
    ('reported', 'all', '')
    """
    given = {name: cell for name, cell in cells.items() if cell}
    return blank("deployments", {**CLAIM, **given})


def spending(**cells: str) -> Row:
    """Return a row of `spending` in US dollars.

    Examples
    --------
    >>> row = spending(host="ITA", amount="15000000")
    >>> row["amount_usd"], row["currency"], row["base_id"]
    ('15000000', 'USD', '')
    """
    return blank("spending", {**SPENDING, "amount_usd": cells["amount"], **cells})


def dated(column: str, text: str) -> Row:
    """Return a date and its precision, as sharp as the text that gives it.

    Parameters
    ----------
    column : str
        The column of the date.
    text : str
        ``2024``, ``2024-05``, ``2024-05-17``, ``2024-Q2``, ``1960s`` or nothing.

    Examples
    --------
    >>> dated("as_of", "2010-Q3")
    {'as_of': '2010-07-01', 'as_of_precision': 'quarter'}
    """
    # "2024-Q2" is as long as "2024-05", so its length would make it a month.
    precision = {0: "", 4: "year", 5: "decade", 7: "month", 10: "day"}[len(text)]
    if "Q" in text:
        precision = "quarter"
        text = f"{text[:4]}-{3 * int(text[-1]) - 2:02d}"
    text = text.removesuffix("s")
    return {column: f"{text}-01-01"[:10] if text else "", f"{column}_precision": precision}


def part_of_forces(label: str) -> str:
    """Return the place of a claim about one of several operations in a host.

    A claim with a place is a part; without one, each operation would pass for the host's total.
    """
    return f"part of the forces ({label})"


def slug(text: str) -> str:
    """Return text as part of an id.

    Examples
    --------
    >>> slug("Joint Base Pearl Harbor-Hickam"), slug("KWANG-JU AB SITE 1")
    ('joint-base-pearl-harbor-hickam', 'kwang-ju-ab-site-1')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall("[a-z0-9]+", plain.replace("'", "")))


def distinct(slugs: Iterable[str]) -> Iterator[str]:
    """Yield slugs, the second of one text with ``-2``, the third with ``-3``.

    Examples
    --------
    >>> list(distinct(["rome", "rome", "oslo", "rome"]))
    ['rome', 'rome-2', 'oslo', 'rome-3']
    """
    taken: set[str] = set()
    for text in slugs:
        # A number is tried against all ids: "site-2" may be the name of another place.
        numbered = (f"{text}-{number}" for number in itertools.count(2))
        free = next(one for one in itertools.chain([text], numbered) if one not in taken)
        taken.add(free)
        yield free
