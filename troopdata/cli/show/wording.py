"""Put estimates and claims into a reader's words: figures, what was counted, by whom and when."""

from __future__ import annotations

from typing import Any

from troopdata.cli.show.strength import STATIONED
from troopdata.cli.terminal import styled, unbreakable
from troopdata.schemas import dates, model

__all__ = [
    "assigned_words",
    "bounds",
    "claim_figure",
    "claim_words",
    "estimate_figure",
    "estimate_words",
    "force_label",
    "last_count",
    "last_count_figure",
    "last_count_words",
    "last_total_words",
    "sign_words",
    "source",
    "when",
    "widest_words",
]

COUNTED = {
    "in_country_total": "",
    "deployed_for_operation": "a part of the force",
    "assigned_incl_temporary": "assigned, including temporary duty",
    "assigned_without_contingency": "assigned, without the forces of the wars",
    "permanently_assigned": "permanently assigned",
    "unit_size_estimate": "estimated from unit sizes",
    "period_average": "average over the period",
    "combat_support": "combat role recorded",
    "authorised_ceiling": "limit set by mandate or order",
    "contractors_in_support": "contractors",
    "afloat": "afloat",
    "undistributed": "undistributed",
}
HEDGES = {
    "approximately": "about ",
    "at_least": "at least ",
    "more_than": "more than ",
    "up_to": "up to ",
    "fewer_than": "fewer than ",
}
WITHHELD = ("suppressed", "withheld")
# How a stationing count came to be the estimate, or why it is only a bound.
TAKEN = {
    "stationed": ", taken for everyone",
    "observed": ", as a count of everyone agrees",
    "carried": ", as a count of everyone agrees",
    "bounds": " only",
}
# Publishers named so often that their full names would fill a screen.
BRIEF = {
    "US Defense Manpower Data Center": "Pentagon",
    "US Central Intelligence Agency": "CIA",
    "Uppsala Conflict Data Program and Peace Research Institute Oslo": "UCDP/PRIO",
    "United Nations Peace and Security Data Hub": "UN data hub",
    "United Nations Department of Peace Operations": "UN",
    "United Nations Department of Peacekeeping Operations": "UN",
}


def estimate_figure(row: dict[str, Any]) -> str:
    """Return the figure of an estimate or its bounds; empty where nothing bounds it."""
    if row["personnel"] is not None:
        return f"{row['personnel']:,}"
    if row["low"] is None and row["high"] is None:
        return ""
    return bounds(row["low"] or None, row["high"])


def estimate_words(row: dict[str, Any]) -> str:
    """Return how an estimate came about: its range, what was counted, by whom and when."""
    low, high = row["low"], row["high"]
    ranged = row["personnel"] is not None and row["state"] != "reported_zero" and low != high
    span = f"range {bounds(low, high)}" if ranged else ""
    if row["state"] == "between":
        # Its source is that of the last count, which has a line of its own.
        return "bounds only: the last count may no longer hold"
    return _joined(span, _estimated(row), source(row["publisher"], when(row, "as_of")))


def _estimated(row: dict[str, Any]) -> str:
    """Return what the claim behind an estimate counted; empty for everyone in the country."""
    where = row["operation"] or row["place"] or ""
    if row["basis"] in STATIONED:
        return COUNTED[row["basis"]] + TAKEN.get(row["state"], "")
    if row["state"] == "reported_zero":
        return "none in the country"
    if row["state"] == "parts":
        return where or "operations added up"
    if row["basis"] == "in_country_total" and not row["place"]:
        return ""
    return where or COUNTED.get(row["basis"] or "", "")


def last_count(row: dict[str, Any]) -> bool:
    """Return whether only a last count of everyone is known of a force, and nothing since."""
    known = row["state"] in ("last_known", "unknown") and row["last_total"] is not None
    return known and not row["sign_as_of"]


def last_count_figure(row: dict[str, Any]) -> str:
    """Return the last count of everyone as its source hedges it."""
    return f"{HEDGES.get(row['last_total_qualifier'] or '', '')}{row['last_total']:,}"


def last_count_words(row: dict[str, Any]) -> str:
    """Return who counted a force last, and when."""
    words = "" if row["last_total"] else "none in the country"
    return _joined(words, _last_total_source(row))


def last_total_words(row: dict[str, Any]) -> str:
    """Return the last count of everyone, as a line beside a figure of something else."""
    return f"{last_count_figure(row)} in all, when last counted; {_last_total_source(row)}"


def widest_words(row: dict[str, Any]) -> str:
    """Return the greatest recent count of a base or place."""
    counted = source(row["widest_publisher"], when(row, "widest_as_of", "widest_precision"))
    return f"{row['widest']:,} at {row['widest_place'] or 'one place'}; {counted}"


def assigned_words(row: dict[str, Any]) -> str:
    """Return the stationing count, as a line beside a figure of something else."""
    day = unbreakable(dates.spelled(dates.parse(row["assigned_as_of"]), "day"))
    counted = source(row["assigned_publisher"], day)
    return f"{row['assigned']:,} {COUNTED[row['assigned_basis']]}; {counted}"


def sign_words(row: dict[str, Any], since: str) -> str:
    """Return what is known of a force without a number.

    Parameters
    ----------
    row : dict
        An estimate without a figure.
    since : str
        The first day, in ISO form, from which an older count of everyone is still worth naming.
    """
    if row["sign_as_of"]:
        basis, operation = row["sign_basis"], row["sign_operation"]
        day = when(row, "sign_as_of", "sign_precision")
        words = _sign(basis, operation, row["sign_publisher"], day, row["state"])
    else:
        day = when(row, "as_of")
        words = _sign(row["basis"], row["operation"], row["publisher"], day, row["state"])
    # An older count would read as if it were the answer, whatever has happened since.
    if row["last_total"] and row["last_total_as_of"] >= since:
        words = f"{words}; {last_count_figure(row)} when last counted ({_last_total_source(row)})"
    return words


def _sign(basis: str | None, operation: str | None, who: str | None, day: str, state: str) -> str:
    # UCDP lists each state that has troops on a side of a conflict in a year, however few.
    seen = "listed as in combat" if basis == "combat_support" else operation or "recorded there"
    return _joined(seen, "number withheld" if state in WITHHELD else "", source(who, day))


def claim_figure(row: dict[str, Any]) -> str:
    """Return the figure of a claim as its source prints it, or its bounds, or an empty string."""
    hedge = HEDGES.get(row["qualifier"] or "", "")
    low, high = row["personnel_low"], row["personnel_high"]
    if row["personnel"] is not None:
        return f"{hedge}{row['personnel']:,}"
    if hedge and (low is None) != (high is None):
        return f"{hedge}{low if high is None else high:,}"
    return bounds(low, high)


def claim_words(row: dict[str, Any]) -> str:
    """Return what a claim counts, unless that is everyone in the country, and its source."""
    if not claim_figure(row):
        day = when(row, "as_of")
        return _sign(row["basis"], row["operation"], row["publisher"], day, row["value_state"])
    force = force_label(row)
    counted = COUNTED.get(row["basis"], row["basis"])
    if row["basis"] == "deployed_for_operation" and (row["operation"] or row["place"]):
        counted = ""
    place = "" if "part of the forces" in (row["place"] or "") else row["place"]
    named = ", ".join(word for word in (row["operation"], place) if word)
    return _joined(force, named, counted, source(row["publisher"], when(row, "as_of")))


def force_label(row: dict[str, Any]) -> str:
    """Return who was counted, unless it was the armed forces."""
    if row["force"] in ("military", "active_duty"):
        return ""
    return model.vocabularies()["force"].labels[row["force"]].lower()


def bounds(low: int | None, high: int | None) -> str:
    """Return bounds in words: "at least 20", "up to 400", "75 to 99"."""
    if low is None:
        return "" if high is None else f"up to {high:,}"
    if high is None:
        return f"at least {low:,}"
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def _last_total_source(row: dict[str, Any]) -> str:
    day = when(row, "last_total_as_of", "last_total_precision")
    return source(row["last_total_publisher"], day)


def source(publisher: str | None, day: str) -> str:
    """Return the publisher, briefly, and the day."""
    name = str(publisher or "")
    name = BRIEF.get(name) or name.split(" (", maxsplit=1)[0]
    return styled(", ".join(word for word in (_whole(name), day) if word), "aside")


def _whole(name: str) -> str:
    """Return the brief name of a publisher so that no line ends within it."""
    return unbreakable(name) if name in BRIEF.values() else name


def when(row: dict[str, Any], column: str, precision: str = "") -> str:
    """Return a row's date in words, at its own precision."""
    if row[column] is None:
        return ""
    sharp = row[precision or f"{column}_precision"] or "day"
    return unbreakable(dates.spelled(dates.parse(row[column]), sharp))


def _joined(*words: str | None) -> str:
    """Join what is known, each once: a count aboard ship has it as place, force and basis."""
    once = {word.casefold(): word for word in reversed(words) if word}
    return "; ".join(reversed(once.values()))
