"""Which claims and sources stand behind each row of an estimate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from troopdata.estimation.claim_groups import Heard, Voices
from troopdata.estimation.grid import STATES, Grid

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Crowd", "aside", "claim_ids", "crowds", "source_ids"]


class Crowd(NamedTuple):
    """The claims of one basis in one period, whatever their rank.

    Attributes
    ----------
    of : numpy.ndarray of int64
        The crowd of each row of the grid, or -1.
    begin, end : numpy.ndarray of int64
        Where the claims of each crowd lie in `claim`.
    claim : numpy.ndarray of int64
        The claims, crowd after crowd.
    """

    of: NDArray[np.int64]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]
    claim: NDArray[np.int64]


def aside(rows: Grid) -> NDArray[np.bool_]:
    """Return whether each row rests on claims that lie beside its period, not in it."""
    leaning = [STATES.index(state) for state in ("carried", "between", "reported_zero")]
    return np.isin(rows.state, leaning) & (rows.group < 0)


def crowds(rows: Grid, told: Voices) -> Crowd:
    """Return for each row that a claim of its period decided all claims of that basis in it."""
    least = int(told.number.min()) if len(told.number) else 0
    span = int(told.number.max()) - least + 1 if len(told.number) else 1
    bases = int(told.basis.max()) + 1 if len(told.basis) else 1
    key = (told.dyad[told.claim] * span + told.number - least) * bases + told.basis[told.claim]
    order = np.argsort(key, kind="stable")
    known, begin, size = np.unique(key[order], return_index=True, return_counts=True)
    of = np.full(len(rows.lead), -1)
    at = np.flatnonzero((rows.lead >= 0) & ~aside(rows))
    asked = (rows.dyad[at] * span + rows.number[at] - least) * bases + told.basis[rows.lead[at]]
    of[at] = np.searchsorted(known, asked)
    return Crowd(of, begin, begin + size, told.claim[order])


def claim_ids(rows: Grid, told: Voices, groups: Heard) -> Any:
    """Return the claims that gave each figure, joined by ``;``."""
    bunch, member, of = _bunches(rows, groups.begin, groups.end, groups.claim, rows.group)
    return _joined(bunch, member, told.frame["claim_id"].to_numpy(dtype=object), of)


def source_ids(rows: Grid, told: Voices, crowd: Crowd) -> Any:
    """Return the sources of all claims behind each row, sorted and joined by ``;``."""
    import pandas as pd

    bunch, member, of = _bunches(rows, *crowd[1:], crowd.of)
    codes, texts = pd.factorize(told.frame["source_id"], sort=True)
    pairs = np.unique(bunch * max(len(texts), 1) + codes[member])
    bunch, code = np.divmod(pairs, max(len(texts), 1))
    return _joined(bunch, code, np.asarray(texts, dtype=object), of)


def _bunches(
    rows: Grid,
    begin: NDArray[np.int64],
    end: NDArray[np.int64],
    claim: NDArray[np.int64],
    group: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return pairs of bunch and claim, and the bunch of each row.

    A bunch is a group of claims of the period, or else the claim, or the two, beside it.
    """
    used, of = np.unique(group, return_inverse=True)
    here = used[used >= 0]
    sizes = end[here] - begin[here]
    bunch = np.repeat(np.arange(len(here)), sizes)
    member = claim[np.arange(sizes.sum()) + (begin[here] - np.cumsum(sizes) + sizes)[bunch]]
    of = np.where(group >= 0, of - (len(used) - len(here)), -1)
    rest = np.flatnonzero((group < 0) & (rows.lead >= 0))
    width = int(rows.follow.max(initial=-1)) + 2
    pairs, code = np.unique(rows.lead[rest] * width + rows.follow[rest] + 1, return_inverse=True)
    of[rest] = len(here) + code
    lead, follow = np.divmod(pairs, width)
    beside = np.arange(len(pairs)) + len(here)
    two = follow > 0
    bunch = np.concatenate([bunch, beside, beside[two]])
    member = np.concatenate([member, lead, follow[two] - 1])
    order = np.argsort(bunch, kind="stable")
    return bunch[order], member[order], of


def _joined(
    bunch: NDArray[np.int64], member: NDArray[np.int64], texts: NDArray[Any], of: NDArray[np.int64]
) -> Any:
    """Return each row's members as one text. Most have one: only the others are worth a loop."""
    import pandas as pd

    first = np.ones(len(bunch), dtype=bool)
    first[1:] = np.diff(bunch) != 0
    whole = texts[member[first]]
    for at, text in zip(bunch[~first].tolist(), texts[member[~first]], strict=True):
        whole[at] = f"{whole[at]};{text}"
    return pd.array(whole, dtype="string").take(of, allow_fill=True)
