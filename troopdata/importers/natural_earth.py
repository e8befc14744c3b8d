"""The map of countries: Natural Earth 1:50 million, as world-atlas 2.0.2 packs it.

Published layout, ``countries-50m.json`` (TopoJSON): ``arcs`` are lines of whole numbers, each point
as the step from the one before; ``transform`` turns them into degrees;
``objects.countries.geometries`` hold ``id`` (ISO numeric, absent for five areas),
``properties.name`` and ``arcs``, the numbers of the arcs that make each ring (a negative number
``n`` is arc ``-n - 1`` backwards).

The map shows de facto control, not claims. ``parts.csv`` gives the country code of an area without
an ISO number, and the pieces of a state that are a territory with a code of its own: a piece
belongs to it if its bounding box is within the box given. ``areas.csv`` holds the areas with their
codes, ``rings.csv`` their outlines in degrees.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from troopdata.errors import Failure, Invalid, UsageError
from troopdata.gazetteer.resolver import Gazetteer
from troopdata.importers.series import Row, Rows, Series
from troopdata.io import csv_reader, csv_writer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["NaturalEarth", "outlines"]

FILE = "countries-50m.json"
SOURCE = "natural-earth-50m"
AREAS = ("area_id", "name", "iso_numeric", "country", "note")
RINGS = ("area_id", "polygon", "ring", "points")
SIDES = ("west", "south", "east", "north")
# The grid of the published file is wider than this: no two of its points fall together.
DECIMALS = 4


class NaturalEarth(Series):
    """Outlines of countries and territories."""

    name = "natural-earth"

    @classmethod
    def originals(cls) -> tuple[str, ...]:
        """Return the TopoJSON file."""
        return (FILE,)

    def transcribed(self, upstream: Path) -> dict[str, str]:
        """Return the areas and their rings.

        Raises
        ------
        Invalid
            With every area that has neither an ISO number nor a line in ``parts.csv``.
        """
        topology = _topology(upstream / FILE)
        parts = self.read("parts.csv")
        arcs = _arcs(topology)
        areas: list[list[str]] = []
        rings: list[list[str]] = []
        unknown: list[Failure] = []
        for area in topology["objects"]["countries"]["geometries"]:
            for part, polygons in _apart(area, _polygons(area, arcs), parts):
                row = _area(area, part, self.countries)
                if row is None:
                    unknown.append(_without_code(area, self.folder / "parts.csv"))
                    continue
                areas.append(row)
                rings += _rings(row[0], polygons)
        if unknown:
            raise Invalid(unknown)
        # Rings stay in the order of their polygons, so the sort is by area alone, and stable.
        rings.sort(key=lambda ring: ring[0])
        return {
            "areas.csv": csv_writer.rendered(AREAS, sorted(areas)),
            "rings.csv": csv_writer.rendered(RINGS, rings),
        }

    def tables(self) -> Rows:
        """Return the rows of borders and sources."""
        return {
            "borders": [{**area, "source_id": SOURCE} for area in self.read("areas.csv")],
            "sources": self.read("sources.csv"),
        }


def _topology(path: Path) -> dict[str, Any]:
    hint = "take it from the npm package world-atlas 2.0.2"
    try:
        topology: dict[str, Any] = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise UsageError(f"cannot read {path}: {error}", hint=hint, file=str(path)) from None
    if topology.get("type") != "Topology":
        raise UsageError(f"{path} is not TopoJSON", hint=hint, file=str(path))
    return topology


def _arcs(topology: dict[str, Any]) -> list[NDArray[np.float64]]:
    import numpy as np

    scale, shift = (np.array(topology["transform"][name]) for name in ("scale", "translate"))
    steps = (np.cumsum(np.array(arc), axis=0) for arc in topology["arcs"])
    return [np.round(step * scale + shift, DECIMALS) for step in steps]


def _polygons(area: dict[str, Any], arcs: list[NDArray[np.float64]]) -> list[Any]:
    """Return an area's polygons, valid, outer rings counter-clockwise, cut at 180 degrees."""
    import shapely

    listed = [area["arcs"]] if area["type"] == "Polygon" else area["arcs"]
    whole = shapely.union_all([_cut(_drawn(rings, arcs)) for rings in listed])
    # Cutting and making valid can leave lines of no width, which are not land.
    pieces = [p for p in shapely.get_parts(whole) if p.geom_type == "Polygon"]
    return [shapely.orient_polygons(p) for p in shapely.set_precision(pieces, 10.0**-DECIMALS)]


def _drawn(rings: list[list[int]], arcs: list[NDArray[np.float64]]) -> Any:
    """Return one polygon; its longitude exceeds 180 degrees where its rings cross that line."""
    import shapely

    outer, *holes = (_unrolled(_line(numbers, arcs)) for numbers in rings)
    return shapely.make_valid(shapely.Polygon(outer, holes))


def _line(numbers: list[int], arcs: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    import numpy as np

    lines = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers]
    return np.concatenate([lines[0], *(line[1:] for line in lines[1:])])


def _unrolled(line: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a ring without jumps of longitude; one around the South Pole includes the pole."""
    import numpy as np

    longitude = np.unwrap(line[:, 0], period=360)
    ring = np.column_stack([longitude, line[:, 1]])
    # Unrolled, a ring ends where it starts, unless it goes once around the pole: then it ends 360
    # degrees off, and only an edge along the pole makes the ring a polygon.
    if abs(longitude[-1] - longitude[0]) < 180:
        return ring
    pole = [[longitude[-1], -90.0], [longitude[0], -90.0], ring[0]]
    return np.concatenate([ring, pole])


def _cut(drawn: Any) -> Any:
    """Return a polygon with its parts moved between 180 degrees west and 180 degrees east."""
    import shapely
    from shapely.affinity import translate

    west, _, east, _ = drawn.bounds
    if west >= -180 and east <= 180:
        return drawn
    turns = (-360, 0, 360)
    whole = shapely.box(-180, -90, 180, 90)
    return shapely.union_all([translate(drawn, turn) & whole for turn in turns])


def _apart(
    area: dict[str, Any], polygons: list[Any], parts: list[Row]
) -> Iterator[tuple[Row | None, list[Any]]]:
    """Yield each territory that the map draws with a state, then the rest of the state."""
    boxes: dict[str, list[Row]] = {}
    for part in parts:
        if part["map_name"] == area["properties"]["name"]:
            boxes.setdefault(part["area_id"], []).append(part)
    left = list(polygons)
    for territory in boxes.values():
        inside = [polygon for polygon in left if any(_within(polygon, box) for box in territory)]
        left = [polygon for polygon in left if polygon not in inside]
        yield territory[0], inside
    if left:
        yield None, left


def _within(polygon: Any, part: Row) -> bool:
    # A line of parts.csv without a box is about the whole area.
    if not part["west"]:
        return True
    west, south, east, north = (float(part[side]) for side in SIDES)
    low_x, low_y, high_x, high_y = polygon.bounds
    return bool(west <= low_x and south <= low_y and high_x <= east and high_y <= north)


def _area(area: dict[str, Any], part: Row | None, countries: Gazetteer) -> list[str] | None:
    """Return the row of an area; None if neither a number nor ``parts.csv`` gives its country."""
    name, number = area["properties"]["name"], area.get("id", "")
    if part is not None:
        return [part["area_id"], name, "", part["country"], part["note"]]
    if not number:
        return None
    country = countries.resolve(int(number), system="iso_numeric")
    return [country.lower(), name, number, country, ""]


def _without_code(area: dict[str, Any], path: Path) -> Failure:
    name = area["properties"]["name"]
    hint = "add a line that says which area and which country it is"
    return Failure(str(path), None, name, "map_name", "area-coded", name, "no ISO number", hint)


def _rings(area_id: str, polygons: list[Any]) -> Iterator[list[str]]:
    for number, polygon in enumerate(polygons, start=1):
        for place, ring in enumerate([polygon.exterior, *polygon.interiors]):
            points = ",".join(f"{x:.{DECIMALS}f} {y:.{DECIMALS}f}" for x, y in ring.coords)
            yield [area_id, str(number), str(place), f"({points})"]


def outlines(folder: Path) -> dict[str, Any]:
    """Return each area's outline, a shapely MultiPolygon in WGS84, by `area_id`."""
    import numpy as np
    import shapely

    polygons: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in csv_reader.read_rows(folder / "rings.csv"):
        numbers = np.array(row["points"].strip("()").replace(",", " ").split(), dtype="float64")
        polygons[row["area_id"], row["polygon"]].append(numbers.reshape(-1, 2))
    areas: dict[str, list[Any]] = defaultdict(list)
    for (area_id, _), (outer, *holes) in polygons.items():
        areas[area_id].append(shapely.Polygon(outer, holes))
    return {area_id: shapely.MultiPolygon(drawn) for area_id, drawn in areas.items()}
