"""Forces of wars, occupations and garrisons, 1950 to today, by sender and host.

Published layout, in the copy read: the columns of `national_series`.
"""

from __future__ import annotations

from troopdata.importers.published_figures import SINGLE, PublishedFigures, figures_file

__all__ = ["WarsAndGarrisons"]


class WarsAndGarrisons(PublishedFigures):
    """Forces of wars, coalitions, occupations and garrisons."""

    name = "wars-and-garrisons"
    files = (figures_file("figures.csv", "world2/history_and_wars.csv", SINGLE),)
