"""The map of countries: Natural Earth 1:50 million, as world-atlas 2.0.2 packs it.

Published layout, ``countries-50m.json`` (TopoJSON): ``arcs`` are lines of whole numbers, each step
told from the one before; ``transform`` turns them into degrees; ``objects.countries.geometries``
hold ``id`` (ISO numeric, absent for five areas), ``properties.name`` and ``arcs``, the numbers of
the arcs that make each ring (a negative number ``n`` is arc ``-n - 1`` backwards).

The map is of the world as it is ruled, not as it is claimed. ``parts.csv`` says which of our
codes an area without an ISO number bears, and which pieces of a state are a territory with a code
of its own: a piece belongs to it if its bounding box lies within the box given. ``rebuild`` writes
``areas.csv`` (the areas with their codes) and ``rings.csv`` (their outlines, in degrees).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from troopdata.errors import Failure, Invalid
from troopdata.gazetteer.resolver import Gazetteer
from troopdata.io import csv_reader, csv_writer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["SERIES", "outlines", "rebuild", "rows"]

SERIES = "natural-earth"
FILE = "countries-50m.json"
SOURCE = "natural-earth-50m"
AREAS = ("area_id", "name", "iso_numeric", "country", "note")
RINGS = ("area_id", "polygon", "ring", "points")
SIDES = ("west", "south", "east", "north")
# The grid of the published file is wider than this: no two of its points fall together.
DECIMALS = 4

Row = dict[str, str]


def rebuild(package: Path, folder: Path, countries: Gazetteer) -> None:
    """Write ``areas.csv`` and ``rings.csv`` from the published file.

    Parameters
    ----------
    package : pathlib.Path
        The folder that holds ``countries-50m.json``.
    folder : pathlib.Path
        The folder of the series.
    countries : Gazetteer
        The countries that ISO numbers lead to.

    Raises
    ------
    Invalid
        With every area that has no code and no line in ``parts.csv``.
    """
    topology = json.loads((package / FILE).read_bytes())
    parts = csv_reader.read_rows(folder / "parts.csv")
    arcs = _arcs(topology)
    areas: list[list[str]] = []
    rings: list[list[str]] = []
    unknown: list[Failure] = []
    for area in topology["objects"]["countries"]["geometries"]:
        for part, polygons in _apart(area, _polygons(area, arcs), parts):
            row = _area(area, part, countries)
            if row is None:
                unknown.append(_codeless(area, folder / "parts.csv"))
                continue
            areas.append(row)
            rings += _rings(row[0], polygons)
    if unknown:
        raise Invalid(unknown)
    csv_writer.write(folder / "areas.csv", AREAS, sorted(areas))
    csv_writer.write(folder / "rings.csv", RINGS, sorted(rings, key=lambda ring: ring[0]))


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
    # What is cut and made valid may leave lines of no width: they are not land.
    pieces = [p for p in shapely.get_parts(whole) if p.geom_type == "Polygon"]
    return [shapely.orient_polygons(p) for p in shapely.set_precision(pieces, 10.0**-DECIMALS)]


def _drawn(rings: list[list[int]], arcs: list[NDArray[np.float64]]) -> Any:
    """Return one polygon whose longitude runs on beyond 180 degrees where its rings do."""
    import shapely

    outer, *holes = (_unrolled(_line(numbers, arcs)) for numbers in rings)
    return shapely.make_valid(shapely.Polygon(outer, holes))


def _line(numbers: list[int], arcs: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    import numpy as np

    lines = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers]
    return np.concatenate([lines[0], *(line[1:] for line in lines[1:])])


def _unrolled(line: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a ring without leaps of longitude; one that goes round the South Pole takes it in."""
    import numpy as np

    longitude = np.unwrap(line[:, 0], period=360)
    ring = np.column_stack([longitude, line[:, 1]])
    if abs(longitude[-1] - longitude[0]) < 180:
        return ring
    pole = [[longitude[-1], -90.0], [longitude[0], -90.0], ring[0]]
    return np.concatenate([ring, pole])


def _cut(drawn: Any) -> Any:
    """Return a polygon as it lies between 180 degrees west and 180 degrees east."""
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
    """Yield each territory that is drawn with a state, then what is left of the state."""
    boxes: dict[str, list[Row]] = {}
    for part in parts:
        if part["map_name"] == area["properties"]["name"]:
            boxes.setdefault(part["area_id"], []).append(part)
    left = list(polygons)
    for mine in boxes.values():
        inside = [polygon for polygon in left if any(_within(polygon, box) for box in mine)]
        left = [polygon for polygon in left if polygon not in inside]
        yield mine[0], inside
    if left:
        yield None, left


def _within(polygon: Any, part: Row) -> bool:
    if not part["west"]:
        return True
    west, south, east, north = (float(part[side]) for side in SIDES)
    a, b, c, d = polygon.bounds
    return bool(west <= a and south <= b and c <= east and d <= north)


def _area(area: dict[str, Any], part: Row | None, countries: Gazetteer) -> list[str] | None:
    """Return the line of an area; None if nothing says whose it is."""
    name, number = area["properties"]["name"], area.get("id", "")
    if part is not None:
        return [part["area_id"], name, "", part["country"], part["note"]]
    if not number:
        return None
    country = countries.resolve(int(number), system="iso_numeric")
    return [country.lower(), name, number, country, ""]


def _codeless(area: dict[str, Any], path: Path) -> Failure:
    name = area["properties"]["name"]
    hint = "add a line that says which area and which country it is"
    return Failure(str(path), None, name, "map_name", "area-coded", name, "no ISO number", hint)


def _rings(area_id: str, polygons: list[Any]) -> Iterator[list[str]]:
    for number, polygon in enumerate(polygons, start=1):
        for place, ring in enumerate([polygon.exterior, *polygon.interiors]):
            points = ",".join(f"{x:.{DECIMALS}f} {y:.{DECIMALS}f}" for x, y in ring.coords)
            yield [area_id, str(number), str(place), f"({points})"]


def rows(folder: Path) -> dict[str, list[Row]]:
    """Return the series as rows of borders and sources.

    Parameters
    ----------
    folder : pathlib.Path
        The folder of the series.
    """
    areas = csv_reader.read_rows(folder / "areas.csv")
    return {
        "borders": [{**area, "source_id": SOURCE} for area in areas],
        "sources": csv_reader.read_rows(folder / "sources.csv"),
    }


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
