"""Files of strangers: whatever they do to a parser, the command ends with a TroopdataError."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import troopdata as td
from troopdata.cli import main, sandbox
from troopdata.errors import Invalid, UsageError

TABLE = "exercise_participants"
GOOD = "exercise_id,country\none,NER\n"


def rules(path: Path, table: str = TABLE, **limits: float) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        sandbox.validate_file(path, table, **limits)  # type: ignore[arg-type]
    assert all(record.file == str(path) for record in caught.value.records)
    return [(record.column, record.rule) for record in caught.value.records]


def written(folder: Path, text: str | bytes, name: str = "rows.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def parquet(folder: Path, rows: pa.Table) -> Path:
    path = folder / "rows.parquet"
    pq.write_table(rows, path, store_schema=True)
    return path


def test_a_good_file_is_counted(tmp_path: Path) -> None:
    assert sandbox.validate_file(written(tmp_path, GOOD), TABLE) == 1
    rows = pa.table({"exercise_id": ["one", "two"], "country": ["NER", "USA"]})
    assert sandbox.validate_file(parquet(tmp_path, rows), TABLE) == 2


def test_a_report_is_one_object_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, "exercise_id,country\none,NER\nOne,Niger\n")
    assert main(["validate", str(path), "--as", TABLE, "--format", "json"]) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(r["file"], r["row"], r["column"], r["rule"]) for r in lines] == [
        (str(path), 3, "exercise_id", "pattern"),
        (str(path), 3, "country", "pattern"),
    ]


def test_every_error_is_counted_and_the_report_is_cut(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [f"one,{chr(65 + n % 26)}{n}" for n in range(12_000)]
    path = written(tmp_path, "exercise_id,country\n" + "\n".join(lines) + "\n")
    command = ["validate", str(path), "--as", TABLE, "--seconds", "60"]
    assert main(command) == 1
    err = capsys.readouterr().err
    assert "12,000 failures" in err
    assert "and 11,980 more" in err
    assert main([*command, "--format", "json"]) == 1
    out = capsys.readouterr()
    assert len(out.out.splitlines()) == 10_000
    assert "10,000 of 12,000 failures" in out.err


@pytest.mark.parametrize(
    ("code", "column_and_rule", "words"),
    [
        ("import os; print('{\"ready\": true}', flush=True); os.abort()", ("", "crash"), "SIGABRT"),
        ("import os; os.kill(os.getpid(), 11)", ("", "crash"), "SIGSEGV"),
        ("raise SystemExit(3)", ("", "crash"), "exit code 3"),
        ("print('{\"ready\": true}', flush=True)\nwhile True: pass", ("", "limits"), "too long"),
        ("print('{\"ready\": true}'); print('{\"rows\": 1')", ("", "crash"), "exit code 0"),
    ],
)
def test_a_reader_that_dies_or_hangs_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    code: str,
    column_and_rule: tuple[str, str],
    words: str,
) -> None:
    monkeypatch.setattr(sandbox, "RUN", code)
    path = written(tmp_path, GOOD)
    with pytest.raises(Invalid, match=words):
        sandbox.validate_file(path, TABLE, seconds=0.5)
    assert rules(path, seconds=0.5) == [column_and_rule]


def test_a_reader_that_loads_too_long_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "RUN", "import time; time.sleep(60)")
    monkeypatch.setattr(sandbox, "LOADING", 0.3)
    started = time.monotonic()
    assert rules(written(tmp_path, GOOD))[0][1] in ("crash", "limits")
    assert time.monotonic() - started < 30


def test_a_file_that_takes_too_long_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, "exercise_id,country\n" + "one,NER\n" * 2_000_000)
    assert rules(path, seconds=0.2) == [("", "limits")]


def test_a_string_that_grows_is_stopped(tmp_path: Path) -> None:
    """One text of a megabyte, named by 4,000 rows: four gigabytes out of a few kilobytes."""
    index = pa.array([0] * 4_000, pa.int32())
    grown = pa.DictionaryArray.from_arrays(index, pa.array(["x" * (1 << 20)]))
    rows = pa.table({"exercise_id": grown, "country": grown})
    path = tmp_path / "rows.parquet"
    pq.write_table(rows, path, store_schema=False, compression="zstd")
    assert path.stat().st_size < 50_000
    started = time.monotonic()
    assert rules(path, megabytes=256) == [("", "limits")]
    assert time.monotonic() - started < 60


def test_rows_that_no_table_has_are_refused_by_the_footer(tmp_path: Path) -> None:
    count = 50_000_000
    index = pa.nulls(count, pa.string())
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"exercise_id": index, "country": index}), path)
    assert rules(path) == [("", "limits")]
    with pytest.raises(Invalid, match="50,000,000 rows"):
        td.validate(path, TABLE)


@pytest.mark.parametrize("name", [b"arrow.py_extension_type", b"arrow.uuid", b"geoarrow.wkb"])
def test_an_extension_type_is_refused(tmp_path: Path, name: bytes) -> None:
    """Its metadata may hold a pickle: it is refused by name and never loaded."""
    pickled = b"cos\nsystem\n(S'touch pwned'\ntR."
    extension = {b"ARROW:extension:name": name, b"ARROW:extension:metadata": pickled}
    if name == b"arrow.uuid":  # a type that Arrow knows, and loads
        extension[b"ARROW:extension:metadata"] = b""
    columns = pa.schema(
        [
            pa.field("exercise_id", pa.binary(16), metadata=extension),
            pa.field("country", pa.string()),
        ]
    )
    path = parquet(tmp_path, pa.table([[b"x" * 16], ["NER"]], schema=columns))
    assert rules(path) == [("exercise_id", "parquet")]
    with pytest.raises(Invalid, match="extension type"):
        td.validate(path, TABLE)
    assert not (tmp_path / "pwned").exists()
    assert not Path("pwned").exists()


@pytest.mark.parametrize(
    "ending", ["xlsx", "xls", "zip", "xml", "json", "gz", "csv.gz", "pkl", "feather", "html", "CSV"]
)
def test_no_other_format_comes_in(tmp_path: Path, ending: str) -> None:
    path = written(tmp_path, GOOD, f"rows.{ending}")
    with pytest.raises(UsageError, match=r"neither .csv nor .parquet"):
        sandbox.validate_file(path, TABLE)
    with pytest.raises(UsageError, match=r"neither .csv nor .parquet"):
        td.validate(path, TABLE)


def test_an_archive_by_another_name_is_not_opened(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "rows.csv", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../rows", "0" * 10_000_000)
    assert rules(tmp_path / "rows.csv") == [("", "encoding")]
    (tmp_path / "rows.csv").rename(tmp_path / "rows.parquet")
    assert rules(tmp_path / "rows.parquet") == [("", "parquet")]


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "zero.csv").symlink_to("/dev/zero")
    for name in ("folder.csv", "pipe.csv", "zero.csv"):
        with pytest.raises(UsageError, match="is not a file"):
            sandbox.validate_file(tmp_path / name, TABLE)
    with pytest.raises(UsageError, match="cannot read"):
        sandbox.validate_file(tmp_path / "absent.csv", TABLE)


def test_a_module_beside_the_file_is_not_imported(tmp_path: Path) -> None:
    written(tmp_path, "raise SystemExit('imported')", "pandas.py")
    written(tmp_path, GOOD)
    package = str(Path(td.__file__).resolve().parents[1])
    code = "import sys; from troopdata.cli import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, "validate", "rows.csv", "--as", TABLE],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": package}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, f"rows.csv: 1 valid rows of {TABLE}\n"), done


@pytest.mark.parametrize("text", ["", "\n", "exercise_id,country", "exercise_id\tcountry\n"])
def test_a_file_without_rows_says_so_or_passes(tmp_path: Path, text: str) -> None:
    """Only a header is an empty table, which is not a fault."""
    path = written(tmp_path, text)
    if text == "exercise_id,country":
        assert sandbox.validate_file(path, TABLE) == 0
    else:
        assert {rule for _, rule in rules(path)} <= {"csv", "columns"}
