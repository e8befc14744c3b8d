"""Lists of a coalition or mission on one day: IFOR, SFOR, KFOR, ISAF, Iraq, MONUC, AMISOM.

Published layout, in the copy read: One row a contingent: ``sender`` and ``host_or_mission`` are
names in words, ``force`` is who was counted (``army``), ``note`` a remark of which the hedge is
kept, ``source address`` the page.
"""

from __future__ import annotations

from troopdata.importers.published_figures import SNAPSHOTS, PublishedFigures, figures_file

__all__ = ["CoalitionLists"]


class CoalitionLists(PublishedFigures):
    """Contingents of coalitions and missions, and a few lists of one sender."""

    name = "coalition-lists"
    files = (figures_file("figures.csv", "world2/multi_sender_snapshots.csv", SNAPSHOTS),)
