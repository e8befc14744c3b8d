"""Days of many dyads, searched at once."""

from __future__ import annotations

import numpy as np
import pytest

from troopdata.estimation.context import NEVER
from troopdata.estimation.dyad_days import DyadDays

DYADS = np.arange(40)


@pytest.mark.parametrize("day", [NEVER, 101, 100])
@pytest.mark.parametrize("also", [-NEVER, 0])
def test_a_day_that_is_never_does_not_reach_into_another_dyad(day: int, also: int) -> None:
    days = DyadDays(DYADS, np.full(40, 100))
    asked = np.where(DYADS % 2, day, also)
    assert days.last_by(DYADS, asked).tolist() == np.where(DYADS % 2, DYADS, -1).tolist()


def test_a_day_is_found_by_itself_and_not_strictly_before_itself() -> None:
    days = DyadDays(np.array([0, 0, 1]), np.array([5, 9, 7]))
    asked = np.array([0, 0, 0, 1, 1]), np.array([4, 5, 10, 6, 7])
    assert days.last_by(*asked).tolist() == [-1, 0, 1, -1, 2]
    assert days.last_by(*asked, strictly=True).tolist() == [-1, -1, 1, -1, -1]
    assert days.last_day_by(*asked, missing=-1).tolist() == [-1, 5, 9, -1, 7]


def test_days_before_1970_are_days() -> None:
    days = DyadDays(np.array([0, 0, 1]), np.array([-900, -5, -700]))
    asked = np.array([0, 0, 0, 1, 1, 2]), np.array([-901, -6, 4, -701, 9, 9])
    assert days.last_by(*asked).tolist() == [-1, 0, 1, -1, 2, -1]


def test_among_no_days_none_is_found() -> None:
    none = np.zeros(0, dtype="int64")
    asked = np.array([0, 1]), np.array([5, 6])
    assert DyadDays(none, none).last_by(*asked).tolist() == [-1, -1]
    assert DyadDays(none, none).last_day_by(*asked, missing=-7).tolist() == [-7, -7]
    assert DyadDays(*asked).last_by(none, none).tolist() == []
