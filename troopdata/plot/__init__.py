"""Pictures: where bases and forces are, how a strength went, and what the law of it was.

>>> import troopdata as td
>>> ax = td.plot.series(sender="USA", host="Niger", years=(2012, 2025))
>>> ax.get_title(loc="left")
'United States: forces in Niger, 2012 to 2025'

Every figure is a matplotlib Axes: give one with ``ax=`` or take the one that is returned, whose
figure is saved with ``ax.figure.savefig("niger.png", dpi=150)``. Each says which release and whose
figures it shows. Matplotlib is loaded when the first figure is drawn: ``pip install
"troopdata[plot]"``. `explorer` needs nothing: it writes a page that opens in any browser.
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
