"""For every host and year with a printed US figure, presence is that figure.

Once against the reports as they are in ``datasets/series/us-dmdc``, read here from the CSV alone,
and once against the R package's own column of active-duty troops. What differs is listed, by kind,
with its reason.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import troopdata as td

pytestmark = pytest.mark.integration

ASSIGNED = (
    "permanently_assigned",
    "assigned_incl_temporary",
    "assigned_without_contingency",
)
HOSTS = ("host", "part")

# December 2021: these totals leave the Space Force out, as `corrections` says line by line.
SPACE_FORCE = {
    "AUS", "BEL", "DEU", "ESP", "GBR", "GUM", "ITA", "JPN", "KOR", "NLD", "PRT", "QAT", "TUR",
}  # fmt: skip

# Kind of exception: its reason, and the host-years.
AGAINST_THE_R_PACKAGE: dict[str, tuple[str, set[tuple[str, int]]]] = {
    "misprint": (
        "The printed total is below its own services: it leaves the Space Force out.",
        {(host, 2021) for host in SPACE_FORCE},
    ),
    "second_line": (
        "The report prints two lines of the host, and the R package has one of them.",
        {("AUS", 2016), ("MNE", 2019), ("MNE", 2020), ("SRB", 2013)}
        | {("DEU", year) for year in range(2009, 2015)},
    ),
    "misread": ("The R package misreads the coast guard by one.", {("AUS", 2024)}),
    "former_soviet_total": (
        "The line is the total of the former Soviet Union: Russia is less, or is counted twice.",
        {("RUS", year) for year in range(1992, 2008)},
    ),
    "part_of_a_host": (
        "The only line there is names a part of the host: it is a claim about that part.",
        {("ESP", 1955), ("ESP", 1956), ("ESP", 1957), ("FRA", 1955), ("FRA", 1956), ("FRA", 1957)}
        | {("GBR", 1954), ("GBR", 1955), ("JPN", 1972)},
    ),
    "counted_elsewhere": (
        "The report refers to its table of operations; its zero here is a placeholder.",
        {("AFG", year) for year in range(2002, 2006)}
        | {(host, year) for host in ("IRQ", "KWT") for year in range(2003, 2008)},
    ),
    "not_printed": (
        "The figure is in the package's own column and in none of those that it types up.",
        {("PRI", 2004), ("UMI", 2003), ("UMI", 2004), ("VIR", 2003), ("VIR", 2004)},
    ),
}


@pytest.fixture(scope="module")
def series(root: Path) -> Path:
    return root / "datasets" / "series" / "us-dmdc"


@pytest.fixture(scope="module")
def estimates() -> pd.DataFrame:
    frame = td.presence(sender="USA", basis=ASSIGNED)
    return frame.assign(day=frame["as_of"].dt.strftime("%Y-%m-%d"))


def meant(lines: pd.DataFrame, series: Path) -> pd.DataFrame:
    """Lines (label, layout, section, day) with the host and role that labels.csv gives them."""
    labels = pd.read_csv(series / "labels.csv", dtype="string", keep_default_na=False)
    found = lines.assign(at=lines.index)
    found = found.merge(labels, on=["layout", "label"], how="left", suffixes=("", "_of_label"))
    section = found["section_of_label"]
    holds = (
        (section.eq("") | section.eq(found["section"]))
        & (found["valid_from"].eq("") | (found["valid_from"] <= found["day"]))
        & (found["valid_to"].eq("") | (found["day"] < found["valid_to"]))
    )
    return found[holds.fillna(False)]


def printed(series: Path) -> pd.DataFrame:
    """Every printed total of active duty, one row a line of a report."""
    reports = []
    for path in sorted((series / "reports").glob("*.csv")):
        report = pd.read_csv(path, dtype="string", keep_default_na=False)
        heads = [head for head in ("ACTIVE DUTY TOTAL", "Total", "Total Ashore") if head in report]
        numbers = report[heads].apply(pd.to_numeric, errors="coerce").bfill(axis=1)
        layout = "location" if heads[0] == "ACTIVE DUTY TOTAL" else "309a"
        reports.append(
            report[["section", "label"]].assign(
                figure=numbers.iloc[:, 0].astype("Int64"), day=path.stem, layout=layout
            )
        )
    return pd.concat(reports, ignore_index=True)


def compared(lines: pd.DataFrame, estimates: pd.DataFrame) -> pd.DataFrame:
    """Each host-year with a figure: the sum of the host's lines at the day that presence chose."""
    known = lines[lines["figure"].notna() & lines["host"].ne("")]
    days = known.groupby(["host", "day"], as_index=False)["figure"].sum()
    days["year"] = days["day"].str[:4].astype("int64")
    years = days.groupby(["host", "year"], as_index=False).agg(last=("day", "max"))
    chosen = years.merge(estimates[["host", "year", "day", "personnel"]], how="left")
    both = chosen.merge(days, on=["host", "year", "day"], how="left")
    return both.assign(equal=(both["personnel"] == both["figure"]).fillna(False).astype(bool))


def unlisted(off: pd.DataFrame) -> set[tuple[str, str, str]]:
    """Differences (day, printed figure, ours) that the table `corrections` does not list."""
    mended = td.load("corrections")
    mended = mended[mended["column"].isin(["ACTIVE DUTY TOTAL", "Total"])]
    days = mended["as_of"].dt.strftime("%Y-%m-%d")
    listed = set(zip(days, mended["expected"], mended["corrected"], strict=True))
    found = off[["day", "figure", "personnel"]].astype("string").itertuples(index=False, name=None)
    return set(found) - listed


def keys(frame: pd.DataFrame) -> set[tuple[str, int]]:
    return set(zip(frame["host"], frame["year"], strict=True))


def test_presence_is_the_printed_figure_of_every_host_and_year(
    series: Path, estimates: pd.DataFrame
) -> None:
    lines = meant(printed(series), series)
    both = compared(lines[lines["role"].isin(HOSTS)], estimates)
    assert (both["day"] == both["last"]).all()
    assert len(both) == 9_997
    assert both["equal"].sum() == 9_984
    assert keys(both[~both["equal"]]) == {(host, 2021) for host in SPACE_FORCE}


def test_each_difference_is_a_listed_misprint(series: Path, estimates: pd.DataFrame) -> None:
    lines = meant(printed(series), series)
    both = compared(lines[lines["role"].isin(HOSTS)], estimates)
    assert unlisted(both[~both["equal"]]) == set()


def test_presence_by_quarter_is_every_printed_figure(series: Path) -> None:
    lines = meant(printed(series), series)
    lines = lines[lines["role"].isin(HOSTS) & lines["figure"].notna()]
    days = lines.groupby(["host", "day"], as_index=False)["figure"].sum()
    quarters = td.presence(sender="USA", basis=ASSIGNED, freq="quarter")
    quarters = quarters.assign(day=quarters["as_of"].dt.strftime("%Y-%m-%d"))
    quarters = quarters[quarters["state"].isin(["observed", "reported_zero"])]
    both = days.merge(quarters[["host", "day", "personnel"]], how="left", validate="1:1")
    off = both[(both["personnel"] != both["figure"]).fillna(True)]
    assert (len(both), len(off)) == (15_747, 47)
    # Zimbabwe is printed twice; `corrections` drops one of the two lines.
    assert unlisted(off) == {("2013-09-30", "16", "8")}


def test_presence_has_no_figure_that_no_report_prints(
    series: Path, estimates: pd.DataFrame
) -> None:
    lines = meant(printed(series), series)
    both = compared(lines[lines["role"].isin(HOSTS)], estimates)
    observed = estimates[estimates["state"].isin(["observed", "reported_zero", "carried"])]
    # Russia of these years is worked out: the printed total less the other former Soviet hosts.
    worked_out = {("RUS", year) for year in (1994, 1995, 1997, 2006, 2007)}
    assert keys(observed) - keys(both) == worked_out


def test_presence_is_the_r_packages_figure_but_for_listed_host_years(
    upstream: Path, series: Path, estimates: pd.DataFrame
) -> None:
    theirs = pd.read_csv(upstream / "us" / "dmdc_reports_1950_2025.csv", low_memory=False)
    ends = {"March": "03-31", "June": "06-30", "September": "09-30", "December": "12-31"}
    labels = pd.read_csv(series / "labels.csv", usecols=["label"])["label"]
    # Some labels have marks of footnotes that our transcription lacks: "South Vietnam  e/ f/".
    bare = theirs["Location"].str.replace(r"(\s*(\*|\b[a-z]/))+$", "", regex=True)
    lines = pd.DataFrame({
        "label": theirs["Location"].where(theirs["Location"].isin(labels), bare),
        "day": theirs["year"].astype(str) + "-" + theirs["month"].map(ends),
        "figure": theirs["troops_ad"].astype("Int64"),
    }).astype({"label": "string", "day": "string"})  # fmt: skip
    location = lines["day"] >= "2008-09-30"
    lines["layout"] = location.map({True: "location", False: "309a"}).astype("string")
    lines["section"] = location.map({True: "overseas", False: ""}).astype("string")
    found = meant(lines, series)
    total = found["role"].isin(["total", "remainder"])
    found = found.assign(host=found["host"].mask(total, "RUS"))
    both = compared(found[found["role"].isin([*HOSTS, "alone"]) | total], estimates)
    expected = {key for _, listed in AGAINST_THE_R_PACKAGE.values() for key in listed}
    assert sum(len(listed) for _, listed in AGAINST_THE_R_PACKAGE.values()) == len(expected)
    assert keys(both[~both["equal"]]) == expected
    assert set(lines.loc[lines.index.difference(found["at"]), "label"]) == {"United States"}
    assert (len(both), both["equal"].sum()) == (9_662, 9_594)


@pytest.fixture(scope="module")
def assigned() -> pd.DataFrame:
    frame = td.presence(sender="USA", measure="assigned")
    return frame.assign(day=frame["as_of"].dt.strftime("%Y-%m-%d"))


def test_assigned_is_the_printed_figure_of_every_host_and_year(
    series: Path, assigned: pd.DataFrame
) -> None:
    lines = meant(printed(series), series)
    both = compared(lines[lines["role"].isin(HOSTS)], assigned)
    assert (len(both), both["equal"].sum()) == (9_997, 9_984)
    assert keys(both[~both["equal"]]) == {(host, 2021) for host in SPACE_FORCE}
    assert unlisted(both[~both["equal"]]) == set()


# Hosts whose lines name a part (Guantanamo, the Azores, Midway, the Canal Zone).
OF_PARTS = {"CUB", "PCI", "PRT", "UMI"}


def test_the_printed_figure_has_the_crews_of_ships_beside_it(
    series: Path, assigned: pd.DataFrame
) -> None:
    reports = []
    for path in sorted((series / "reports").glob("*.csv")):
        report = pd.read_csv(path, dtype="string", keep_default_na=False)
        if {"Total Ashore", "Total Afloat"} <= set(report):
            people = report[["Total Ashore", "Total Afloat"]].apply(pd.to_numeric, errors="coerce")
            people = people.set_axis(["ashore", "afloat"], axis=1)
            rows = report[["section", "label"]].join(people)
            reports.append(rows.assign(day=path.stem, layout="309a"))
    lines = meant(pd.concat(reports, ignore_index=True), series)
    lines = lines[lines["role"].isin(HOSTS) & lines["host"].ne("")]
    beside = lines.groupby(["host", "day"], as_index=False)[["ashore", "afloat"]].sum()
    both = beside.merge(assigned, on=["host", "day"], suffixes=("_printed", ""))
    some = both[both["afloat_printed"] > 0]
    assert len(some) > 400
    assert set(OF_PARTS) <= set(some["host"])
    assert (some["afloat"] == some["afloat_printed"]).all()
    assert (some["personnel"] - some["afloat"] == some["ashore"]).all()


def test_the_report_of_december_2015_is_marked_as_a_break(assigned: pd.DataFrame) -> None:
    rows = assigned[assigned["day"] == "2015-12-31"]
    assert len(rows) > 150
    assert rows["series_break"].all()
    assert not assigned.loc[assigned["year"] == 2014, "series_break"].any()
