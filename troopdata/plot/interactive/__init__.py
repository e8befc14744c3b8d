"""The interactive page: one HTML file with a map, series, timeline and table that works offline.

The views are SVG drawn by some 1,700 lines of plain JavaScript rather than by a chart library. Vega
and similar libraries add about a megabyte, compile expressions with ``eval`` (which a strict
Content-Security-Policy forbids) or need an interpreter instead, draw no tables, and give marks no
keyboard access. Here the policy allows only the page's own script and style, by their hashes, so
that no request can leave the page, and every view can be used with the arrow keys.

`page_data` reads the tables, `map_outlines` simplifies the map, `column_encoding` compresses the
columns, and `html_page` joins them with the template, style and scripts in ``static/``. This
package may import the captions and the colours of `troopdata.plot`, but no figure, because it works
without matplotlib.
"""

__all__: list[str] = []
