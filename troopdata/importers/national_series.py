"""Series of national forces abroad: ministries' answers, coalition lists, garrisons.

Published layout, in the copy read: One row a figure: ``sender`` and ``host`` are codes, several
hosts of one figure joined by ``+``; ``as_of`` a year, month or day; ``personnel``, ``low`` and
``high`` the figure; ``qualifier`` a remark of which the hedge is kept; ``address`` the page.
"""

from __future__ import annotations

from troopdata.importers.published_figures import SINGLE, PublishedFigures, figures_file

__all__ = ["NationalSeries"]


class NationalSeries(PublishedFigures):
    """Forces abroad by sender, as ministries, parliaments and the press list them."""

    name = "national-series"
    files = (figures_file("figures.csv", "world2/national_series.csv", SINGLE),)
