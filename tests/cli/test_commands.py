"""The command line: what it prints, what it returns, and never a traceback."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import troopdata as td
from troopdata.cli import main


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    out = capsys.readouterr()
    return code, out.out, out.err


@pytest.mark.parametrize("on", ["2025-06-30", "2025-12-31"])
def test_a_later_count_of_the_permanently_assigned_does_not_hide_the_total(
    capsys: pytest.CaptureFixture[str], on: str
) -> None:
    """The latest claim covers a part: 540 in Kuwait, where about 13,500 are."""
    code, out, _ = run(capsys, "show", "KWT", "--on", on)
    assert code == 0
    forces = " ".join(out.split("BASES AND TENANTS")[0].split())
    assert re.search(r" 13,500 [BC] Associated Press, 30 Apr 2025 ", forces)
    assert re.search(r" \d{3} permanently assigned; Pentagon, ", forces)


def test_show_niger_fits_a_screen_and_has_the_main_facts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, _ = run(capsys, "show", "NER", "--on", "2024-03-17")
    assert code == 0
    assert max(len(line) for line in out.splitlines()) <= 80
    for words in ("NIGER (NER) on 17 Mar 2024", "FOREIGN FORCES", "United States", "648", "17 permanently assigned",
                  "Air Base 201", "ended", "status of forces", "16 Mar 2024"):  # fmt: skip
        assert words.casefold() in out.casefold(), words


def test_a_presence_without_a_figure_is_not_called_a_count(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Angola in the DR Congo: counted in 2002, and listed as in combat in 2023."""
    code, out, _ = run(capsys, "show", "COD")
    words = " ".join(out.split())
    assert code == 0
    assert re.search(r"Angola unknown (E )?listed as in combat; UCDP/PRIO, \d{4}", words)
    assert "last count" not in words


def test_show_takes_a_name_and_gives_json(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "show", "Niger", "--format", "json")
    data = json.loads(out)
    assert (code, data["host"], data["name"]) == (0, "NER", "Niger")
    assert {row["sender"] for row in data["strength"]} >= {"USA"}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["show", "Nigr"], 2, "Niger"),
        (["show", "Korea"], 2, "KOR or PRK"),
        (["show", "NER", "--on", "17/03/2024"], 2, "2024-03-17"),
        (["get", "deployment"], 2, "deployments"),
        (["get", "sources", "--host", "NER"], 2, "has no filter --host"),
        (["get", "deployments", "--basis", "assigned"], 2, "permanently_assigned"),
        (["presence", "--years", "2025-2013"], 2, "write --years 2013-2025"),
        (["presence", "--freq", "week"], 2, "quarter"),
        (["coverage", "--by", "country"], 2, "any of sender, host, region, decade, year, state"),
        (["coverage", "--by", ""], 2, "any of sender, host, region, decade, year, state"),
        (["coverage", "--years", "2025-2013"], 2, "write --years 2013-2025"),
        (["coverage", "--sender", "Frnce"], 2, "France"),
        (["describe", "claims"], 2, "one of"),
        (["show"], 2, "host"),
        (["shew", "NER"], 2, "shew"),
        (["verify", "1999.01.0"], 2, "1999.01.0"),
        (["validate", "absent.csv", "--as", "events"], 2, "absent.csv"),
        (["get", "events", "-o", "x.docx"], 2, ".csv"),
        (["get", "events", "-o", "/proc/x.csv"], 5, "/proc/x.csv"),
        (["fmt", "--datasets", "/nowhere"], 2, "checkout"),
        (["diff", "2025.01.0", "2026.11.2"], 2, "available releases"),
        (["diff", "2026.11.1", "datasets"], 2, "build it first"),
        (["diff", "2026.11.1", "2026.11.2", "--table", "event"], 2, "events"),
        (["diff", "2026.11.1", "2026.11.2", "--format", "xml"], 2, "json"),
        (["cite", "--style", "apa"], 2, "bibtex"),
        (["cite", "--host", "NER"], 2, "cite deployments"),
        (["cite", "sources", "--host", "NER"], 2, "has no filter --host"),
    ],
)
def test_mistakes_say_what_to_type_next(
    capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str
) -> None:
    found, _, err = run(capsys, *arguments)
    assert found == code
    assert words in err
    assert "Traceback" not in err


def test_get_saves_what_it_prints(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    import geopandas as gpd
    import pandas as pd

    for name in ("bases.csv", "bases.parquet", "bases.geojson", "bases.json"):
        code, _, err = run(capsys, "get", "bases", "--host", "NER", "-o", str(tmp_path / name))
        assert code == 0
        assert name in err
    rows = len(pd.read_csv(tmp_path / "bases.csv"))
    assert rows > 0
    assert len(gpd.read_parquet(tmp_path / "bases.parquet")) == rows
    assert len(gpd.read_file(tmp_path / "bases.geojson")) == rows
    assert len(json.loads((tmp_path / "bases.json").read_text())) == rows


def test_presence_prints_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "presence", "--sender", "USA", "--host", "NER", "--years", "2023")
    assert code == 0
    row = next(line for line in out.splitlines() if "2023" in line)
    assert " 648 " in row
    # A last total without its day would read as today's.
    assert "648 (2023-12)" in row
    assert "assigned: what the sender's own stationing series prints" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--host", "DJI", "--on", "2025-06-30"], "4,000 (2020-04)"),
        (["--host", "KWT", "--years", "2024", "--measure", "assigned"], " 523 "),
        (["--host", "KWT", "--years", "2024", "--series", "us-dmdc"], "USA"),
        (["--host", "CYP", "--sender", "TUR", "--years", "2025", "--territories"], "30,000"),
    ],
)
def test_presence_takes_a_day_a_measure_a_series_and_territories(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    code, out, _ = run(capsys, "presence", *arguments)
    assert code == 0
    assert words in out


def test_coverage_prints_the_counts_of_the_library(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    import pandas as pd

    asked = ["coverage", "--sender", "France", "--by", "host,decade", "--years", "1990-2025"]
    wanted = td.coverage(sender="FRA", by=("host", "decade"), years=(1990, 2025))
    code, out, _ = run(capsys, *asked, "--format", "json")
    assert code == 0
    pd.testing.assert_frame_equal(pd.DataFrame(json.loads(out)), wanted, check_dtype=False)
    saved = tmp_path / "france.csv"
    assert run(capsys, *asked, "-o", str(saved))[0] == 0
    pd.testing.assert_frame_equal(pd.read_csv(saved), wanted, check_dtype=False)


def test_coverage_says_what_its_classes_mean(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "coverage", "--by", "decade", "--sender", "France")
    assert code == 0
    rows = td.coverage(by="decade", sender="FRA")
    row = next(line.split() for line in out.splitlines() if line.lstrip().startswith("2010"))
    (tens,) = rows[rows["decade"].eq(2010)].to_dict("records")
    assert row[1:7] == [f"{tens[name]:,}" for name in rows.columns[1:7]]
    assert row[7] == f"{tens['total_share']:.0%}"
    for name in ("total", "floor", "sign", "nothing"):
        assert f"\n{name}: " in out
    code, out, _ = run(capsys, "coverage", "--sender", "Niger", "--host", "USA")
    assert (code, out.strip()) == (0, "no rows")


def test_presence_says_which_series_and_measures_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, _, err = run(capsys, "presence", "--series", "dmdc")
    assert (code, "us-dmdc" in err) == (2, True)
    code, _, err = run(capsys, "presence", "--measure", "everyone")
    assert (code, "in_country" in err) == (2, True)


def test_a_sum_names_the_first_of_the_missing_and_counts_the_others(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, out, _ = run(capsys, "presence", "--by", "sender", "--sender", "USA", "--years", "2024")
    found = re.search(r"([A-Z]{3}) and (\d+) more", out)
    assert found
    frame = td.presence(by="sender", sender="USA", years=2024)
    first, *others = frame["missing"].iloc[0].split(";")
    assert found.groups() == (first, str(len(others)))
    assert "missing: forces without a figure" in out


@pytest.mark.integration
def test_diff_prints_counts_then_old_and_new_values_with_reasons(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, out, _ = run(capsys, "diff", "2026.11.1", "2026.11.2")
    assert code == 0
    assert max(len(line) for line in out.splitlines()) <= 80
    assert ["events", "-", "41", "-", "-"] in [line.split() for line in out.splitlines()]
    assert "CHANGED  events, base_id: 41 rows" in out
    assert "reason: The base has a row of its own since this release." in out
    assert "2003-10-rus-kgz-kant-opened" in out
    assert "(empty) → kgz-kant" in out
    assert "and 31 more: troopdata diff 2026.11.1 2026.11.2 --table events" in out
    code, out, _ = run(capsys, "diff", "2026.11.2", "2026.11.2")
    assert (code, "No differences." in out) == (0, True)
    few = ["diff", "2026.11.1", "2026.11.2", "--table", "events"]
    _, out, _ = run(capsys, *few, "--format", "json")
    assert len(json.loads(out)) == 41
    code, _, err = run(capsys, *few, "-o", str(tmp_path / "changes.parquet"))
    assert (code, "41 changed cells" in err) == (0, True)
    code, out, _ = run(capsys, "diff", "2026.11.2", "2026.11.1", "--table", "bases")
    assert "RETRACTED  bases: 1,636 rows" in out


def test_cite_names_the_release_and_the_sources_of_rows(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, out, _ = run(capsys, "cite", "--release", "2026.11.0", "--style", "text")
    assert (code, out.count("\n"), "2026.11.0" in out) == (0, 1, True)
    code, out, _ = run(capsys, "cite", "deployments", "--host", "NER", "--sender", "USA")
    assert code == 0
    assert out.count("@misc{") > 2
    for filters in (["--on", "2025-06-30"], ["--years", "2025", "--sender", "USA"]):
        code, out, _ = run(capsys, "cite", "presence", "--host", "DJI", *filters)
        assert (code, "@misc{" in out) == (0, True)
    path = tmp_path / "niger.ris"
    code, _, err = run(capsys, "cite", "bases", "--host", "NER", "--style", "ris", "-o", str(path))
    assert (code, "niger.ris" in err) == (0, True)
    assert path.read_text().startswith("TY  - DATA")


def test_describe_prints_the_rule(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "describe", "presence")
    lines = out.splitlines()
    # Each step has its own number, once.
    for number, name in enumerate(("Totals of the period", "A count of none", "Carried"), start=1):
        assert any(line.startswith(f"{number}. {name}") for line in lines), name
    assert not re.search(r"^\d\. \d\. ", out, re.MULTILINE)


@pytest.mark.parametrize("form", ["text", "json", "csv"])
def test_tables_in_every_format(capsys: pytest.CaptureFixture[str], form: str) -> None:
    code, out, _ = run(capsys, "tables", "--format", form)
    assert code == 0
    assert "deployments" in out


@pytest.mark.integration
def test_validate_reports_every_failure(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("exercise_id,country\none,NER\nOne,Niger\n")
    code, _, err = run(capsys, "validate", str(path), "--as", "exercise_participants")
    assert code == 1
    assert f"{path}:3: exercise_id: [pattern]" in err
    assert f"{path}:3: country: [pattern]" in err
    code, out, _ = run(
        capsys, "validate", str(path), "--as", "exercise_participants", "--format", "json"
    )
    assert code == 1
    assert [json.loads(line)["row"] for line in out.splitlines()] == [3, 3]


def test_verify_counts_the_files(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "verify")
    assert code == 0
    assert "as released" in out


def test_a_bug_is_not_a_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from troopdata.cli import app

    monkeypatch.setattr(app, "run", lambda arguments: 1 // 0)
    monkeypatch.delenv("TROOPDATA_DEBUG", raising=False)
    code, _, err = run(capsys, "tables")
    assert code == 70
    assert "ZeroDivisionError" in err


def test_the_module_runs_and_a_closed_pipe_is_not_an_error() -> None:
    command = [sys.executable, "-m", "troopdata", "get", "countries", "--format", "csv"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert b"Traceback" not in process.stderr.read()
    process.stderr.close()
    assert process.wait() == 0


def test_the_version_is_that_of_the_library_and_of_the_data(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"troopdata {td.__version__}, data {td.data_version()}\n"


def test_without_a_command_help_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("Usage: troopdata")
    assert printed.err == ""
