"""Parquet files whose hash is right and whose content is a trap."""

from __future__ import annotations

import hashlib
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from server import FILE, NUMBER, small

import troopdata as td
from troopdata.errors import IntegrityError
from troopdata.release import loader


def served(tmp_path: Path, table: Any, **claimed: Any) -> tuple[Path, int]:
    """Write a release whose one table is this; return it and the file's size."""
    import pyarrow.parquet as pq

    path = tmp_path / "made.parquet"
    pq.write_table(table, path, compression="zstd")
    data = path.read_bytes()
    columns = [{"name": f.name, "type": str(f.type), "nullable": True} for f in table.schema]
    real = loader.opened().entry(FILE)["columns"]
    entry = {
        "name": FILE, "size": len(data), "sha256": hashlib.sha256(data).hexdigest(),
        "rows": table.num_rows, "columns": columns if claimed.pop("own", False) else real, **claimed,
    }  # fmt: skip
    source = small(tmp_path / "source", files=[entry])
    (source / NUMBER / FILE).write_bytes(data)
    return source, len(data)


def columns(rows: int) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pq.read_schema(loader.opened().folder / FILE)
    return pa.table({field.name: pa.nulls(rows, field.type) for field in schema})


def test_fifty_million_rows_where_a_few_are_promised(tmp_path: Path) -> None:
    import pyarrow as pa

    source, size = served(tmp_path, pa.table({"x": pa.nulls(50_000_000, pa.int32())}), rows=120)
    assert size < 1_000_000
    with pytest.raises(IntegrityError, match="50000000 rows, not 120"):
        loader.opened(NUMBER, source).rows("operations")


def test_a_text_that_grows_ten_thousandfold_is_not_decoded(tmp_path: Path) -> None:
    import pyarrow as pa

    table = pa.table({"operation_id": ["x" * 200_000_000]})
    source, size = served(tmp_path, table, own=True)
    assert size < 100_000
    root = Path(td.__file__).parents[1]
    code = f"from troopdata.release import loader; loader.opened({NUMBER!r}, __import__('pathlib').Path({str(source)!r})).rows('operations')"
    limit = 2 << 30
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(root), "HOME": str(tmp_path)},
        capture_output=True, text=True, check=False, timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )  # fmt: skip
    assert "IntegrityError" in done.stderr
    assert "would take 200," in done.stderr


def test_a_scan_is_guarded_as_a_load_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a dataset hands on to other readers is judged before it is handed on."""
    import pyarrow as pa

    source, _ = served(tmp_path, pa.table({"x": pa.nulls(50_000_000, pa.int32())}), rows=120)
    opened = loader.opened(NUMBER, source)
    monkeypatch.setattr(loader, "opened", lambda version=None: opened)
    with pytest.raises(IntegrityError, match="50000000 rows, not 120"):
        td.scan("operations")


def test_a_footer_that_asks_for_too_much_is_not_followed(tmp_path: Path) -> None:
    """A text of 20 MB in a footer: the limit is 16, whatever the hash says."""
    table = columns(120).replace_schema_metadata({"note": "x" * (20 << 20)})
    source, _ = served(tmp_path, table)
    with pytest.raises(
        IntegrityError, match="is not a Parquet file: .*(?i:thrift|exceeded|TProtocol)"
    ):
        loader.opened(NUMBER, source).rows("operations")


@pytest.mark.parametrize("case", ["another column", "another type", "extension", "no parquet"])
def test_other_columns_than_the_manifest_promises(tmp_path: Path, case: str) -> None:
    import pyarrow as pa

    table = columns(3)
    if case == "another column":
        table = table.append_column("x", pa.nulls(3, pa.string()))
    elif case == "another type":
        table = table.set_column(0, table.schema.names[0], pa.nulls(3, pa.int64()))
    elif case == "extension":
        # Older readers unpickle what such a field carries (CVE-2023-47248).
        field = pa.field(
            table.schema.names[0], pa.list_(pa.string()),
            metadata={"ARROW:extension:name": "arrow.py_extension_type",
                      "ARROW:extension:metadata": "cos\nsystem\n(S'false'\ntR."},
        )  # fmt: skip
        table = table.set_column(0, field, pa.nulls(3, pa.list_(pa.string())))
    source, _ = served(tmp_path, table)
    if case == "no parquet":
        data = b"PAR1" + b"\xff" * 200 + b"\xff\xff\xff\x7fPAR1"
        entry = {
            **loader.opened().entry(FILE),
            "size": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        source = small(tmp_path / "second", files=[entry])
        (source / NUMBER / FILE).write_bytes(data)
    with pytest.raises(IntegrityError, match=FILE):
        loader.opened(NUMBER, source).rows("operations")


@pytest.mark.parametrize("geo", [b"[]", b"7", b"null", b'{"columns": 1}', b"{", b"",
                                 b'{"primary_column": "z", "columns": {"z": {"encoding": "WKB"}}}'])  # fmt: skip
def test_places_whose_geo_is_of_another_shape(tmp_path: Path, geo: bytes) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from troopdata.errors import UsageError
    from troopdata.geo.point_files import read_points

    path = tmp_path / "places.parquet"
    table = pa.table({"geometry": [b"\x01\x01\x00\x00\x00" + bytes(16)]})
    pq.write_table(table.replace_schema_metadata({"geo": geo}), path)
    with pytest.raises(UsageError, match="not a readable Parquet file"):
        read_points(path)
