from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troopdata.errors import UsageError
from troopdata.io import csv_reader, csv_writer


def only(data: bytes) -> csv_reader.Failure:
    failures = csv_reader.read(data, file="x.csv").failures
    assert len(failures) == 1
    return failures[0]


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"\xef\xbb\xbfa,b\n1,2\n", 1, "byte order mark at byte 0"),
        ("a,b\n1,2\n".encode("utf-16"), 1, "byte order mark"),
        (b"a,b\nC\xf4te,2\n", 2, "not UTF-8 at byte 5"),
        (b"a,b\n1,\x00\n", 2, "NUL byte at byte 6"),
        (b"a,b\r1,2\r", 1, "bare carriage return"),
        (b"", 1, "empty file"),
        (b"a,b\n1,2,3\n", 2, "3 cells where the header has 2"),
        (b'a,b\n"x\ny",2\n1\n', 4, "1 cells where the header has 2"),
        (b'a,b\n"1,2\n', 2, "unexpected end of data"),
        (b"a,a\n1,2\n", 1, "duplicate column"),
    ],
)
def test_text_that_can_be_read_in_two_ways_is_refused(data: bytes, line: int, words: str) -> None:
    failure = only(data)
    assert (failure.file, failure.row) == ("x.csv", line)
    assert words in failure.message


def test_namibia_is_not_a_gap() -> None:
    text = csv_reader.read(b"code,name\nNA,NULL\n,N/A\n")
    assert text.rows == [["NA", "NULL"], ["", "N/A"]]


def test_every_ragged_row_is_told() -> None:
    failures = csv_reader.read(b"a,b\n1\n1,2\n1,2,3\n").failures
    assert [failure.row for failure in failures] == [2, 4]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("N\u0456ger", "Cyrillic"),
        ("Niger\u200b", "U+200B"),
        ("Niger\u00a0Republic", "U+00A0"),
        ("Niger\u202e", "U+202E"),
        ("Co\u0302te", "NFC"),
        (" Niger", "space"),
        ("Niger  Republic", "double space"),
        ("=HYPERLINK(1)", "formula"),
        ("@SUM(1)", "formula"),
        ("a\nb", "line break"),
        ("<script>x", "markup"),
        ("javascript:x", "markup"),
    ],
)
def test_text_that_hides_something_is_told(value: str, words: str) -> None:
    assert words in csv_reader.suspicious(value)


@pytest.mark.parametrize(
    "value", ["-69.968338", "Côte d'Ivoire", "Åland", "a < b", "at 10:30", "Köln; Bonn", "北京"]
)
def test_honest_text_is_left_alone(value: str) -> None:
    assert csv_reader.suspicious(value) == ""


CELLS = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\x00\ufeff", exclude_categories=["Cs"])
)


@given(st.lists(st.tuples(CELLS, CELLS.filter(bool)), max_size=5))
def test_canonical_text_reads_back(rows: list[tuple[str, str]]) -> None:
    import unicodedata

    text = csv_reader.read(csv_writer.rendered(["a", "b"], rows).encode())
    assert text.failures == ()
    assert text.rows == [[unicodedata.normalize("NFC", cell) for cell in row] for row in rows]


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_another_separator_is_told_once(mark: str) -> None:
    failure = only(f"a{mark}b\n1{mark}2, 3\n4{mark}5\n".encode())
    assert (failure.row, failure.rule) == (1, "csv")
    assert f"separated by {mark!r}, not by commas" in failure.message


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    for reader in (csv_reader.read, csv_reader.read_rows):
        with pytest.raises(UsageError, match="cannot read .*rows.csv: No such file") as caught:
            reader(path)
        assert caught.value.file == str(path)
