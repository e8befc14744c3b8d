"""The command `nearest`: find the nearest base for every place in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from troopdata.cli.options import Form, Format, Host, Output, Sender, Version
from troopdata.cli.output import emit, print_status
from troopdata.cli.save import save

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("nearest")(nearest)


def nearest(
    points: Annotated[Path, typer.Argument(help="a .parquet, .geoparquet or .csv file of places")],
    output: Output = None,
    on: Annotated[str | None, typer.Option("--on", help="a column of dates, or a day")] = None,
    sender: Sender = None,
    host: Host = None,
    k: Annotated[int, typer.Option("--k", help="number of bases for each place")] = 1,
    max_km: Annotated[
        float | None, typer.Option("--max-km", help="ignore bases farther away than this")
    ] = None,
    longitude: Annotated[str, typer.Option(help="column of the longitude")] = "longitude",
    latitude: Annotated[str, typer.Option(help="column of the latitude")] = "latitude",
    form: Format = Form.TEXT,
    version: Version = None,
) -> None:
    """Find the nearest base in use on a day for every place in a file.

    Distances are geodesics on WGS84 in kilometres. A place without a base has the reason in the
    column why.

    Example: troopdata nearest events.csv --on date --sender USA -o nearest.csv

    Example: troopdata nearest events.csv --on 2024-03-17 --k 3 --max-km 500
    """
    import troopdata as td

    found = td.geo.nearest(
        points, on=on, sender=sender or None, host=host or None, k=k, max_km=max_km,
        longitude=longitude, latitude=latitude, version=version,
    )  # fmt: skip
    if output is None:
        emit(found.drop(columns="geometry", errors="ignore"), form.value)
        return
    if output.suffix == ".geojson" and "geometry" not in found:
        found = _as_points(found, longitude, latitude)
    save(found, output)
    _print_counts(found, output)


def _as_points(frame: Any, longitude: str, latitude: str) -> Any:
    """Return a frame with the points of the places instead of those of the bases."""
    import geopandas as gpd

    x, y = (frame[name].astype("Float64").to_numpy(dtype="float64", na_value=float("nan"))
            for name in (longitude, latitude))  # fmt: skip
    result = gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(x, y, crs=4326))
    # A base may be nearest to several places, so features take their ids from rows, not bases.
    result.attrs.clear()
    return result


def _print_counts(found: Any, output: Path) -> None:
    missing = found["why"].value_counts()
    print_status(f"{len(found):,} rows in {output}")
    for why, count in missing.items():
        print_status(f"{count:,} without a base: {why}")
