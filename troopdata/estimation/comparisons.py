"""Compare figures by the constants of the estimate: contradiction and agreement."""

from __future__ import annotations

from typing import Any

from troopdata.schemas.model import estimation_rule

__all__ = ["agrees", "exceeds"]


def exceeds(figure: Any, other: Any) -> Any:
    """Return whether a figure contradicts another that should contain it.

    Both the ratio and the number of people must be passed: neither 3 against 2 nor 54,300
    against 54,200 is a contradiction.

    Parameters
    ----------
    figure, other : float or numpy.ndarray of float
        People; a missing one (NaN) contradicts nothing.
    """
    limit = estimation_rule()["contradiction"]
    return (figure > limit["ratio"] * other) & (figure > other + limit["people"])


def agrees(figure: Any, other: Any) -> Any:
    """Return whether two figures are within a quarter of the greater one.

    Parameters
    ----------
    figure, other : float or numpy.ndarray of float
        People; a missing one (NaN) agrees with nothing.
    """
    import numpy as np

    return np.abs(figure - other) <= estimation_rule()["agreement_share"] * np.maximum(
        figure, other
    )
