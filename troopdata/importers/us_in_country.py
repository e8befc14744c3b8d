"""US forces counted in a country, 2001 to 2026, beside the stationing series.

Published layout, in the copy read: the columns of `national_series`.
"""

from __future__ import annotations

from troopdata.importers.published_figures import SINGLE, PublishedFigures, figures_file

__all__ = ["UsInCountry"]


class UsInCountry(PublishedFigures):
    """Everyone of the US forces whom a page counts in a country."""

    name = "us-in-country"
    files = (figures_file("figures.csv", "world2/us_in_country.csv", SINGLE),)
