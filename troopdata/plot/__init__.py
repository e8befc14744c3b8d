"""Figures of bases, forces, agreements and events, and a page to explore them in a browser.

>>> import troopdata as td
>>> ax = td.plot.series(sender="USA", host="Niger", years=(2012, 2025))
>>> ax.get_title(loc="left")
'United States: forces in Niger, 2012 to 2025'

Every function draws on a matplotlib Axes, the one passed as ``ax=`` or a new one, and returns it;
``ax.figure.savefig("niger.png", dpi=150)`` saves the figure. Each figure names its release and its
publishers. Matplotlib (``pip install "troopdata[plot]"``) is loaded when the first figure is drawn.
`explorer` does not need it: it writes a page that opens in any browser.

This package may import `troopdata.api` and everything below it. `interactive/` uses the captions
and the colours of the figures; no figure imports `interactive/`.
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
