"""Filter multinational exercises and their participants."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from troopdata.api.filters import Codes, Place, Years, listed, places, plain, years_of
from troopdata.errors import UnknownCode, UsageError
from troopdata.release import loader

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["exercises"]


def exercises(
    *,
    country: Place = None,
    years: Years = None,
    duration: tuple[int | None, int | None] | None = None,
    location: str | None = None,
    name: str | None = None,
    domain: Codes = None,
    focus: Codes = None,
    participants: tuple[int | None, int | None] | None = None,
    version: str | None = None,
) -> pd.DataFrame:
    """Return multinational exercises, one row per exercise, with all participants.

    Parameters
    ----------
    country : str, int or list of these, optional
        Exercises in which any of these took part.
    years : tuple of two int, or int, optional
        First and last year of the start of the exercise, inclusive.
    duration : tuple of two int or None, optional
        Least and greatest length in days, counting the first and the last day; exercises of
        unknown length drop out.
    location, name : str, optional
        The whole value, as in the source.
    domain, focus : str or list of str, optional
        Codes; an exercise matches if it has any of them.
    participants : tuple of two int or None, optional
        Least and greatest number of participants.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    pandas.DataFrame
        Columns of table `exercises`, then participants (codes joined by ``;``), count (Int32) and
        days (Int32, missing where a bound is not a day).

    Raises
    ------
    UnknownCountry, AmbiguousCountry, UnknownCode, UnknownRelease, UsageError
        With the nearest names, or the expected form.

    Examples
    --------
    >>> met = exercises(country="NLD", years=(1990, 2010))
    >>> bool(met.participants.str.contains("NLD").all())
    True
    """
    span = years_of(years)
    frame = whole = loader.read("exercises", version=version)
    took_part = loader.read("exercise_participants", version=version)
    if country is not None:
        codes = places(country=country, version=version)["country"]
        there = took_part.loc[took_part["country"].isin(codes), "exercise_id"]
        frame = frame[frame["exercise_id"].isin(there)]
    frame = _with_participants(frame, took_part)
    if span is not None:
        frame = frame[frame["started"].dt.year.between(*span)]
    for column, value in (("location", location), ("name", name)):
        if value is not None:
            frame = frame[frame[column] == value]
    for column, asked in (("domains", domain), ("focuses", focus)):
        if asked is not None:
            held = whole[column].fillna("").str.split(";")
            wanted = _wanted(asked, held, column)
            frame = frame[[not wanted.isdisjoint(codes) for codes in held[frame.index]]]
    for column, limits in (("days", duration), ("count", participants)):
        if limits is not None:
            frame = frame[_within(frame[column], *_limits(column, limits))]
    return plain(frame)


def _wanted(codes: Codes, held: pd.Series, column: str) -> set[str]:
    """Return the codes to filter by, after checking that each occurs."""
    wanted = set(listed(codes=codes)["codes"])
    known = {code for codes in held for code in codes if code}
    for code in sorted(wanted - known):
        raise UnknownCode(code, hint=f"one of {', '.join(sorted(known))}", detail=f"of {column}")
    return wanted


def _with_participants(frame: pd.DataFrame, took_part: pd.DataFrame) -> pd.DataFrame:
    """Return exercises with their participants, the number of these, and the length in days."""
    grouped = took_part.sort_values(["exercise_id", "country"]).groupby("exercise_id")["country"]
    joined = frame["exercise_id"].map(grouped.agg(";".join)).astype("string")
    exact = frame["started_precision"].eq("day") & frame["ended_precision"].eq("day")
    days = (frame["ended"] - frame["started"]).dt.days + 1
    return frame.assign(
        participants=joined,
        count=frame["exercise_id"].map(grouped.size()).fillna(0).astype("Int32"),
        days=days.where(exact.fillna(False).astype(bool)).astype("Int32"),
    )


def _limits(column: str, limits: tuple[int | None, int | None]) -> tuple[float, float]:
    """Return the limits of a filter, infinite where there is none."""
    low, high = limits
    if low is not None and high is not None and low > high:
        message = f"{column}: the least, {low}, exceeds the greatest, {high}"
        raise UsageError(message, hint=f"write ({high}, {low})")
    return -math.inf if low is None else low, math.inf if high is None else high


def _within(column: pd.Series, low: float, high: float) -> pd.Series:
    return column.between(low, high).fillna(False).astype(bool)
