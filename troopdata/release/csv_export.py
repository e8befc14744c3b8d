"""Export a release as CSV files, for programs that cannot read Parquet.

The files are made on request and are not part of a release: no manifest lists them, and their own
``SHA256SUMS`` says what was written.
"""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from troopdata.errors import StorageError
from troopdata.io.files import replace
from troopdata.release import loader, metadata
from troopdata.schemas import model

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["export_csv"]

SUMS, PACKAGE = "SHA256SUMS", "datapackage.json"


def export_csv(folder: Path, version: str | None = None) -> list[Path]:
    """Write every table of a release as CSV, with a data package and checksums beside them.

    Parameters
    ----------
    folder : pathlib.Path
        Where to write them; it is created if missing. Files of the same names are replaced.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    list of pathlib.Path
        The files. UTF-8, LF, a comma between cells, quotes where needed; a missing cell is empty,
        days are ``YYYY-MM-DD``, flags ``true`` and ``false``, geometries GeoJSON.

    Raises
    ------
    StorageError
        If the folder cannot be written. Each file is whole or missing.
    """
    opened = loader.opened(version)
    names = [name for name in model.tables() if opened.has(name)]
    files = {f"{name}.csv": _csv(opened.rows(name), model.table(name)) for name in names}
    entries = [
        {"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in files.items()
    ]
    package = metadata.package(opened.version, opened.manifest["released_at"], entries)
    files[PACKAGE] = package.encode("utf-8")
    sums = [f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items()]
    files[SUMS] = "".join(sums).encode("ascii")
    return [_write(folder / name, data) for name, data in files.items()]


def _write(path: Path, data: bytes) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace(path, data)
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror}", file=str(path)) from None
    return path


def _csv(rows: pa.Table, table: model.Table) -> bytes:
    from pyarrow import csv

    out = io.BytesIO()
    plain = rows.select(list(table.columns))
    for field in table.fields:
        if field.type == "geojson":
            at = plain.column_names.index(field.name)
            plain = plain.set_column(at, field.name, _geojson(plain[field.name]))
    csv.write_csv(plain, out, csv.WriteOptions(quoting_style="needed", quoting_header="needed"))
    return out.getvalue()


def _geojson(shapes: Any) -> pa.Array:
    import pyarrow as pa
    import shapely

    texts = shapely.to_geojson(shapely.from_wkb(shapes.to_numpy(zero_copy_only=False)))
    return pa.array(texts, pa.string(), from_pandas=True)
