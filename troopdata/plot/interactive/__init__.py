"""The explorer: one HTML file with a map, series, timeline and table that opens without a network.

The views are SVG drawn by a few hundred lines of plain JavaScript, not by a chart library. Vega
and its kin weigh about a megabyte before the first row, compile expressions with ``eval`` (which
a strict Content-Security-Policy forbids) or need an interpreter on top, draw no table, and give
their marks no keyboard. Here the page's policy allows its own script and style by their hashes
and nothing else, so that no request can leave it, and every view answers to the arrow keys.

`gathering` reads the tables, `land` simplifies the map, `packing` makes columns compact and the
page (`page`) joins them with ``page.html``, ``page.css`` and the scripts.
"""

__all__: list[str] = []
