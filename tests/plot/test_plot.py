"""Figures show the values of the tables."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

import troopdata as td

pytest.importorskip("matplotlib")


@pytest.fixture(autouse=True)
def _sheets() -> Iterator[None]:
    """Figures are drawn into memory, and closed after each test."""
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    mpl.use("Agg")
    yield
    plt.close("all")


@pytest.fixture
def axes():
    """Axes of a figure that is not managed by pyplot."""
    from matplotlib.figure import Figure

    return Figure(figsize=(9, 6)).add_subplot()


def dots(ax, label: str) -> int:
    """Return the number of points in the collections with a label."""
    return sum(
        len(one.get_offsets()) for one in ax.collections if str(one.get_label()).startswith(label)
    )


def texts(ax) -> set[str]:
    return {text.get_text() for text in ax.texts}


@pytest.mark.parametrize("statement", ["import troopdata.plot", "import troopdata as td; td.plot"])
def test_matplotlib_is_not_imported_before_the_first_figure(statement: str) -> None:
    code = f"{statement}; import sys; print('matplotlib' in sys.modules, 'pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_without_matplotlib_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(td.UsageError, match=r'pip install "troopdata\[plot\]"'):
        td.plot.map(host="NER", on="2024-08-04")


def test_air_base_201_is_on_the_map_until_it_was_handed_over() -> None:
    before = td.plot.map(host="NER", sender="USA", on="2024-08-04")
    after = td.plot.map(host="NER", sender="USA", on="2024-08-06")
    assert "Air Base 201" in texts(before)
    assert dots(before, "USA certain") == len(
        td.bases(host="NER", sender="USA", on="2024-08-04").dropna(subset="geometry")
    )
    assert "Air Base 201" not in texts(after)
    assert dots(after, "USA certain") == 0


def test_a_hollow_dot_is_a_base_only_possibly_in_use() -> None:
    ax = td.plot.map(host="NER", sender="USA", on="2024-08-06", show="bases")
    day = {"host": "NER", "sender": "USA", "on": "2024-08-06"}
    possible = set(td.bases(**day, certain=False).base_id) - set(td.bases(**day).base_id)
    assert dots(ax, "USA possible") == len(possible) > 0


def sums_of(day: str, **filters):
    """Return the estimates and the sums that a map of a day shows."""
    import datetime as dt

    from troopdata.plot.daily_status import day_estimates, host_sums

    query = {"host": None, "sender": None, **filters, "on": dt.date.fromisoformat(day)}
    rows = day_estimates(**query, version=None)
    return rows, host_sums(rows, **query, version=None).set_index("host")


def test_the_legend_distinguishes_unknown_from_zero_and_from_at_least() -> None:
    ax = td.plot.map(on="2025-06-30", show="presence")
    labels = {text.get_text() for text in ax.get_legend().get_texts()}
    assert labels >= {
        "Unknown on that day", "Zero: none counted or stationed", "No claim for any date",
        "At least the number of the colour",
    }  # fmt: skip


def test_the_answer_for_a_host_is_a_figure_a_floor_zero_or_unknown() -> None:
    import pandas as pd

    _, answers = sums_of("2025-12-31", host=["KWT", "DJI", "NER", "IRN", "PRK"])
    assert answers.loc["KWT", ["personnel", "answer"]].tolist() == [13_500, "figure"]
    assert answers.loc["DJI", "answer"] == "at_least"
    assert answers.loc["DJI", "low"] >= 1_700
    assert pd.isna(answers.loc["DJI", "personnel"])
    assert answers.loc["IRN", "answer"] == "unknown"
    rows, answers = sums_of("2025-12-31", host="NER", sender=["USA", "FRA", "DEU"])
    assert rows["personnel"].tolist() == [0, 0, 0]
    assert answers.loc["NER", ["personnel", "answer"]].tolist() == [0, "zero"]


def test_a_force_without_a_number_is_present_and_not_zero() -> None:
    rows, answers = sums_of("2024-12-31", host="SYR", sender="IRN")
    assert rows["grade"].tolist() == ["E"]
    assert answers.loc["SYR", "answer"] == "present"
    ax = td.plot.map(host="SYR", sender="IRN", on="2024-12-31", show="presence")
    labels = {text.get_text() for text in ax.get_legend().get_texts()}
    assert "Present, number unknown" in labels
    assert any(
        "Number unknown: Iran (1,000 counted in 2022)" in " ".join(text.split())
        for text in texts(ax)
    )


def test_a_base_in_use_is_named_where_no_figure_is_on_record() -> None:
    ax = td.plot.map(host="DJI", on="2025-12-31")
    assert any("Bases but no figure: China." in " ".join(text.split()) for text in texts(ax))


def test_a_host_without_a_figure_is_hatched_over_the_colour_of_its_low() -> None:
    from matplotlib.colors import to_hex

    from troopdata.plot.colours import RAMP

    ax = td.plot.map(host="DJI", on="2025-12-31", show="presence")
    shaded = [
        (to_hex(one.get_facecolor()[0]), one.get_hatch())
        for one in ax.collections
        if len(one.get_facecolor())
    ]
    assert (RAMP[3], None) in shaded
    hatched = [one for one in ax.collections if one.get_hatch() == "////"]
    assert any(not len(one.get_facecolor()) for one in hatched)


@pytest.mark.parametrize("day", ["2024-08-04", "2024-12-31", "2019-12-31"])
def test_the_map_shows_the_sums_of_presence(day: str) -> None:
    _, found = sums_of(day)
    when = {"years": int(day[:4])} if day.endswith("12-31") else {"on": day}
    wanted = td.presence(by=("host",), **when).set_index("host")
    columns = ["personnel", "low", "high", "grade", "parts", "unknown", "missing"]
    assert found[columns].equals(wanted[columns])


def test_a_map_of_one_host_says_who_is_there_and_how_sure_that_is() -> None:
    (text,) = (
        text
        for text in texts(td.plot.map(host="DJI", on="2025-12-31"))
        if text.startswith("People in")
    )
    line = " ".join(text.split())
    assert "Together at least" in line
    assert "no figure for China and United States" in line
    assert "France 1,500 (C)" in line
    assert "At least: United States 17 (4,000 counted in 2020)." in line


def test_a_map_of_iraq_does_not_leave_out_the_largest_force() -> None:
    ax = td.plot.map(host="IRQ", on="2025-12-31", show="presence")
    line = " ".join(" ".join(texts(ax)).split())
    assert "United States 2,500 (B)" in line
    assert "No figure for United States" not in line


def covered(day: str, **filters) -> dict[str, int]:
    """Return the numbers in the sentence on coverage of a map."""
    import re

    ax = td.plot.map(on=day, show="presence", **filters)
    line = " ".join(" ".join(texts(ax)).split())
    (sentence,) = re.findall(r"Coverage: a figure for [^.]*\.", line)
    figure, every, unit = re.search(
        r"figure for ([\d,]+) of ([\d,]+) ([a-z ]+?)[,.]", sentence
    ).groups()
    found = {"figure": figure, "every": every}
    for name in ("a floor", "presence only", "nothing"):
        number = re.search(rf"{name} for ([\d,]+)", sentence)
        found[name] = number[1] if number else "0"
    return {"unit": unit} | {name: int(number.replace(",", "")) for name, number in found.items()}


@pytest.mark.parametrize(
    ("day", "filters", "unit"),
    [
        ("2025-12-31", {}, "pairs of sender and host"),
        pytest.param("2016-06-30", {}, "pairs of sender and host", marks=pytest.mark.exhaustive),
        ("2023-12-31", {"sender": "FRA"}, "hosts"),
        ("2014-12-31", {"host": "Sub-Saharan Africa"}, "pairs of sender and host"),
    ],
)
def test_a_map_of_the_world_says_what_it_has_no_figure_for(day, filters, unit) -> None:
    found = covered(day, **filters)
    rows, _ = sums_of(day, **filters)
    assert found.pop("unit") == unit
    assert found["figure"] == rows["personnel"].notna().sum() > 0
    bounds = rows["personnel"].isna() & (rows["low"].notna() | rows["high"].notna())
    assert found["a floor"] == bounds.sum()
    assert found["presence only"] == rows["grade"].eq("E").sum()
    every = found.pop("every")
    assert sum(found.values()) == every
    # Of the rest, those that are known in the five years before, or before and after, and that did
    # not leave since.
    ends = td.events(kind="withdrawal_completed", between=(None, day), status="accepted")
    left = ends["date"].dt.year.groupby([ends["sender"], ends["host"]]).max().to_dict()
    known = td.load("presence").query("state != 'unknown'").groupby(["sender", "host"])["year"]
    years, gaps = {pair: set(group) for pair, group in known}, 0
    for row in rows[rows["state"].eq("unknown")].itertuples():
        own, year = years.get((row.sender, row.host), set()), int(day[:4])
        before, after = [one for one in own if one < year], any(one > year for one in own)
        likely = bool(before) and (after or year - max(before) <= 5)
        gaps += likely and left.get((row.sender, row.host), 0) < max(before)
    assert found["nothing"] == gaps


def test_a_pair_that_withdrew_is_not_among_those_with_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import pandas as pd

    from troopdata.api import coverage
    from troopdata.plot import daily_status

    years = pd.DataFrame(
        {"sender": "AAA", "host": "BBB", "year": [2000, 2010], "known": ["total", "sign"]}
    )
    asked = list(range(1998, 2018))
    rows = pd.DataFrame({"sender": "AAA", "host": "BBB", "year": asked, "state": "unknown"})
    rows.loc[rows["year"].isin([2000, 2010]), "state"] = "observed"
    monkeypatch.setattr(daily_status, "dyad_years", lambda **_: years)

    def found(*left: str) -> list[int]:
        from types import SimpleNamespace

        days = [(pd.Timestamp(day) - pd.Timestamp(0)).days for day in left]
        gone = pd.DataFrame({"sender": "AAA", "host": "BBB", "day": days}).astype({"day": "int64"})
        monkeypatch.setattr(
            coverage, "release_context", lambda _: SimpleNamespace(withdrawals=gone)
        )
        return rows.loc[daily_status.gaps(rows, version=None), "year"].tolist()

    # Between two known years, and for five years after the last.
    assert found() == [*range(2001, 2010), *range(2011, 2016)]
    assert found("2003-02-01") == [2001, 2002, *range(2011, 2016)]
    assert found("2003-02-01", "2012-01-01") == [2001, 2002, 2011]


def test_a_map_of_bases_says_nothing_of_coverage() -> None:
    ax = td.plot.map(on="2025-12-31", show="bases")
    assert not any("Coverage" in text for text in texts(ax))


def bands(ax) -> dict[str, float]:
    """Return the area that each class covers in a figure of coverage, by its label."""
    found: dict[str, float] = {}
    for one in ax.collections:
        if str(one.get_label())[:1] != "_":
            corners = one.get_paths()[0].vertices
            x, y = corners[:, 0], corners[:, 1]
            area = abs((x[:-1] * y[1:] - x[1:] * y[:-1]).sum()) / 2
            found[str(one.get_label())] = area
    return found


def test_the_rows_of_coverage_are_as_large_as_their_counts() -> None:
    from troopdata.plot.coverage_rows import HIGH

    ax = td.plot.coverage(host="Sub-Saharan Africa", sender=["USA", "FRA", "CHN"])
    counts = td.coverage(
        host="Sub-Saharan Africa", sender=["USA", "FRA", "CHN"], by=("sender", "year")
    )
    areas = bands(ax)
    for name, code in (("United States", "USA"), ("France", "FRA"), ("China", "CHN")):
        own = counts[counts["sender"] == code]
        scale = HIGH / own["dyad_years"].max()
        for known in ("total", "floor", "sign", "nothing"):
            assert areas.get(f"{name} {known}", 0) == pytest.approx(own[known].sum() * scale)
    assert {"United States", "France", "China"} <= texts(ax)
    assert f"{counts.loc[counts['sender'] == 'FRA', 'dyad_years'].max()} hosts" in texts(ax)


def test_senders_beyond_the_first_are_one_row_of_coverage() -> None:
    from troopdata.plot.coverage_rows import MOST, rows_of_known

    counts = td.coverage(by=("sender", "year"))
    rows = rows_of_known(counts, "sender")
    assert len(rows) == MOST + 1
    first, *_, last = rows
    assert (first, last) == ("USA", "")
    for known in ("total", "floor", "sign", "nothing"):
        assert sum(row[known].sum() for row in rows.values()) == counts[known].sum()
    assert f"{counts['sender'].nunique() - MOST} other senders" in texts(td.plot.coverage())


@pytest.mark.parametrize(
    ("filters", "error"),
    [
        ({"by": "decade"}, "one of sender, host"),
        ({"sender": "NER", "host": "USA"}, "no claim in this selection"),
        ({"sender": "Untied States"}, "did you mean"),
    ],
)
def test_coverage_that_cannot_be_drawn_says_what_to_give(filters, error: str) -> None:
    with pytest.raises(td.UsageError, match=error):
        td.plot.coverage(**filters)


def test_hosts_without_an_outline_are_listed_under_the_map() -> None:
    ax = td.plot.map(on="1989-06-30", show="presence")
    assert any("East Germany" in text and "Not drawn" in text for text in texts(ax))


def test_an_unknown_value_of_show_is_a_usage_error() -> None:
    with pytest.raises(td.UsageError, match="one of bases, presence, both"):
        td.plot.map(show="troops")  # type: ignore[arg-type]


def line(ax):
    (found,) = (one for one in ax.lines if one.get_label() == "Best estimate")
    return found


NIGER = {"sender": "USA", "host": "NER", "years": (2012, 2025)}


def test_the_series_line_shows_presence_with_gaps_for_unknown_years() -> None:
    import numpy as np

    ax = td.plot.series(**NIGER)
    rows = td.presence(**NIGER)
    drawn = np.asarray(line(ax).get_ydata(), dtype=float)
    wanted = rows.personnel.astype("Float64").to_numpy("float64", na_value=np.nan)
    np.testing.assert_array_equal(drawn, wanted)
    assert np.isnan(drawn).any()


def test_a_year_without_a_figure_rises_from_its_low() -> None:
    ax = td.plot.series(sender="USA", host="DJI", years=(2012, 2025))
    rows = td.presence(sender="USA", host="DJI", years=(2012, 2025))
    least = rows[rows.personnel.isna() & rows.high.isna() & (rows.low > 0)]
    (floors,) = (one for one in ax.collections if one.get_label() == "floors")
    assert floors.get_offsets()[:, 1].tolist() == least.low.tolist()
    assert 17 in least.low.tolist()
    labels = {text.get_text() for text in ax.get_legend().get_texts()}
    assert "At least: no figure for everyone" in labels
    assert any("Last count before 2026: 4,000, in 2020." in text for text in texts(ax))


def test_the_stationing_series_is_a_line_of_its_own() -> None:
    import numpy as np

    query = {"sender": "USA", "host": "KWT", "years": (2008, 2025)}
    ax = td.plot.series(**query)
    (printed,) = (one for one in ax.lines if str(one.get_label()).startswith("Assigned"))
    rows = td.presence(**query)
    drawn = np.asarray(printed.get_ydata(), dtype=float)
    assert drawn[~np.isnan(drawn)].tolist() == rows.assigned.dropna().tolist()
    assert drawn[-1] == 533
    assert np.asarray(line(ax).get_ydata(), dtype=float)[-1] == 13_500


def test_the_stationing_series_is_interrupted_and_marked_at_its_breaks(axes) -> None:
    import numpy as np
    import pandas as pd

    from troopdata.plot.strength_series import _draw_assigned

    days = pd.to_datetime(["2016-06-30", "2017-06-30", "2018-06-30"])
    rows = pd.DataFrame(
        {
            "personnel": pd.array([900, 900, None], dtype="Int32"),
            "assigned": pd.array([900, 900, 12], dtype="Int32"),
            "series_break": pd.array([False, False, True], dtype="boolean"),
            "at": days,
            "break_at": pd.to_datetime([None, None, "2018-01-01"]),
        }
    )
    (entry,) = _draw_assigned(axes, rows)
    drawn = np.asarray(entry.get_ydata(), dtype=float)
    np.testing.assert_array_equal(drawn, [900, 900, np.nan, 12])
    (mark,) = (one for one in axes.lines if one.get_label() == "_break")
    assert pd.Timestamp(mark.get_xdata()[0]) == pd.Timestamp("2018-01-01")
    assert _draw_assigned(axes, rows.head(2)) == []


def test_a_break_is_drawn_at_its_day(monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace

    import pandas as pd

    from troopdata.plot import dyad_data

    day = (pd.Timestamp("2017-12-31") - pd.Timestamp(0)).days
    breaks = pd.DataFrame({"day": [day], "until": [2**60]})
    monkeypatch.setattr(dyad_data, "release_context", lambda _: SimpleNamespace(breaks=breaks))
    rows = pd.DataFrame({"year": [2017, 2018], "series_break": [True, False]})
    middle = pd.Series(pd.to_datetime(["2017-07-02", "2018-07-02"])).astype("datetime64[s]")
    found = dyad_data._break_days(rows, middle, None)
    assert found.dt.strftime("%Y-%m-%d").tolist()[0] == "2017-12-31"
    assert found.isna().tolist() == [False, True]


def test_a_series_goes_on_to_the_last_year_with_an_answer() -> None:
    ax = td.plot.series(sender="FRA", host="DJI")
    assert ax.get_title(loc="left").endswith("2025")


def test_the_series_has_a_mark_for_every_accepted_claim() -> None:
    ax = td.plot.series(**NIGER)
    claims = td.deployments(
        sender="USA", host="NER", service="all", between=("2012-01-01", "2025-12-31")
    )
    assert dots(ax, "claims") == len(claims)


def test_a_claim_without_a_figure_is_not_drawn_at_zero() -> None:
    ax = td.plot.series(sender="USA", host="Djibouti", years=(2018, 2024))
    under = [one for one in ax.collections if (one.get_offsets()[:, 1] < 0).any()]
    claims = td.deployments(
        sender="USA", host="DJI", service="all", between=("2018-01-01", "2024-12-31")
    )
    figures = claims[["personnel", "personnel_low", "personnel_high"]]
    assert sum(len(one.get_offsets()) for one in under) == int(figures.isna().all(axis=1).sum())


def test_the_band_spans_low_to_high() -> None:
    rows = td.presence(**NIGER)
    ax = td.plot.series(**NIGER)
    bands = [one for one in ax.collections if one.get_label() == "_band"]
    tops = max(path.vertices[:, 1].max() for one in bands for path in one.get_paths())
    assert tops == rows.high.max()


def test_the_end_of_an_agreement_is_among_the_events() -> None:
    from troopdata.plot.dyad_data import ENDS, events

    rows = events(sender="USA", host="NER", years=None, version=None)
    ends = rows[rows.kind.isin(ENDS)]
    assert "2024-03-16" in ends.date.dt.strftime("%Y-%m-%d").tolist()
    ax = td.plot.series(**NIGER)
    assert "Status of forces agreement denounced" in texts(ax)


def test_event_labels_do_not_overlap(axes) -> None:
    ax = td.plot.series(sender="USA", host="NER", ax=axes)
    ax.figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in ax.texts if text.get_gid() == "event"]
    assert len(boxes) > 3
    assert not any(a.overlaps(b) for at, a in enumerate(boxes) for b in boxes[:at])


def test_a_dyad_without_claims_is_marked_as_such() -> None:
    ax = td.plot.series(sender="BRA", host="NER", years=(2000, 2020))
    assert any("no claim" in text for text in texts(ax))
    assert dots(ax, "claims") == 0


def bars(ax, label: str) -> list[tuple[str, str]]:
    """Return the first and last days of the bars with a label."""
    from matplotlib.dates import num2date

    found = []
    for group in ax.containers:
        if group.get_label() == label:
            for bar in group:
                ends = bar.get_x(), bar.get_x() + bar.get_width()
                found.append(tuple(num2date(day).strftime("%Y-%m-%d") for day in ends))
    return found


def test_an_agreement_runs_from_its_entry_into_force_to_its_end() -> None:
    ax = td.plot.timeline("Niger", sender="USA")
    assert ("2013-01-31", "2024-03-16") in bars(ax, "agreement")
    assert "denounced 16 Mar 2024" in texts(ax)


def test_a_tenancy_is_solid_only_where_it_is_certain() -> None:
    ax = td.plot.timeline("Niger", sender="USA")
    assert ("2016-04-19", "2024-08-05") in bars(ax, "tenancy")
    solid = bars(ax, "tenancy")
    spells = td.tenancies(host="NER", sender="USA")
    assert len(solid) < len(spells)  # some have no certain day


def test_counts_of_many_tenancies_equal_those_of_active() -> None:
    import pandas as pd

    from troopdata.plot.spell_data import counts_over_time, tenancies

    found = counts_over_time(
        tenancies(host="DEU", sender="USA", version=None), pd.Timestamp("2025-12-31")
    )
    for day in ("1955-06-30", "1990-01-01", "2010-06-30"):
        spells = td.tenancies(host="DEU", sender="USA")
        row = found[found.day <= day].iloc[-1]
        assert row.sure == len(td.active(spells, on=day))
        assert row.may == len(td.active(spells, on=day, certain=False))


def test_the_tiles_are_the_states_of_one_report() -> None:
    ax = td.plot.states("2025-12-31")
    claims = td.deployments(host="USA", on="2025-12-31", force="active_duty", service="all")
    figures = claims.set_index("subdivision").personnel
    shown = {text.get_gid(): text.get_text() for text in ax.texts if text.get_gid()}
    assert len(shown) == 51
    assert shown["TX"] == f"{figures['US-TX']:,}"


def test_a_state_missing_from_a_report_is_not_zero() -> None:
    ax = td.plot.states("2001-06-30")
    shown = {text.get_gid(): text.get_text() for text in ax.texts if text.get_gid()}
    assert shown["TX"] == "no figure"
    assert "30 Sep 2000" in ax.get_title(loc="left")


def test_a_day_without_a_report_by_state_is_a_usage_error() -> None:
    with pytest.raises(td.UsageError, match="1940"):
        td.plot.states("1940-01-01")


def test_columns_of_spending_are_sums_of_appropriations() -> None:
    ax = td.plot.spending(host="Germany", years=(2008, 2019))
    rows = td.spending(host="DEU", years=(2008, 2019), kind="construction_appropriation")
    assert sum(bar.get_height() for bar in ax.patches) * 1e6 == pytest.approx(rows.amount_usd.sum())


def test_spending_by_host_begins_with_the_largest() -> None:
    ax = td.plot.spending(by="host")
    widths = [bar.get_width() for bar in ax.patches]
    assert widths == sorted(widths, reverse=True)
    assert "United States" not in [label.get_text() for label in ax.get_yticklabels()]


def test_every_exercise_is_counted_in_its_year() -> None:
    ax = td.plot.exercises(country="DEU", years=(1975, 2015))
    heights = sum(bar.get_height() for group in ax.containers for bar in group)
    assert heights == len(td.exercises(country="DEU"))
    labels = {text.get_text() for text in ax.get_legend().get_texts()}
    assert "Not covered by the source" in labels


def test_the_network_has_the_links_of_presence() -> None:
    ax = td.plot.network("2025-06-30", minimum=5_000)
    rows = td.presence(on="2025-06-30")
    large = rows[rows.personnel.fillna(rows.low) >= 5_000]
    links = {patch.get_label(): patch.get_hatch() for patch in ax.patches}
    assert {name: bool(hatch) for name, hatch in links.items()} == {
        f"{row.sender} {row.host}": row.floor
        for row in large.assign(floor=large.personnel.isna()).itertuples()
    }
    assert "PRK RUS" in links
    assert any("North Korea  at least 10,000" in text for text in texts(ax))


DRAWINGS = {
    "map": lambda **given: td.plot.map(host="NER", on="2024-08-04", **given),
    "series": lambda **given: td.plot.series(**NIGER, **given),
    "timeline": lambda **given: td.plot.timeline("NER", **given),
    "states": lambda **given: td.plot.states("2025-12-31", **given),
    "spending": lambda **given: td.plot.spending(host="DEU", **given),
    "exercises": lambda **given: td.plot.exercises(country="NER", **given),
    "coverage": lambda **given: td.plot.coverage(host="MLI", **given),
    "network": lambda **given: td.plot.network("2025-06-30", **given),
}


def test_every_figure_is_drawn_below() -> None:
    assert set(DRAWINGS) == set(td.plot.__all__) - {"explorer"}


@pytest.fixture(scope="module", params=DRAWINGS)
def drawn(request):
    """Return the axes given, the axes returned, and the number of figures managed by pyplot."""
    import matplotlib.pyplot as plt
    from matplotlib.figure import Figure

    given = Figure(figsize=(9, 6)).add_subplot()
    return given, DRAWINGS[request.param](ax=given), len(plt.get_fignums())


def test_axes_given_are_the_axes_returned_and_no_figure_is_opened(drawn) -> None:
    given, returned, opened = drawn
    assert returned is given
    assert opened == 0


def test_every_figure_has_a_title_and_names_the_release_and_a_publisher(drawn) -> None:
    ax = drawn[1]
    assert ax.get_title(loc="left")
    (source,) = (text for text in texts(ax) if f"troopdata {td.data_version()}; " in text)
    assert source.split("; ", 1)[1]


@pytest.mark.parametrize(
    "drawing",
    [
        lambda: td.plot.map(host="Nigeer"),
        lambda: td.plot.series(sender="Untied States", host="NER"),
        lambda: td.plot.timeline("Nigeer"),
        lambda: td.plot.spending(host="Nigeer"),
        lambda: td.plot.exercises(country="Nigeer"),
        lambda: td.plot.network("2025-06-30", sender="Nigeer"),
    ],
)
def test_a_wrong_name_raises_an_error_with_the_nearest_names(drawing) -> None:
    with pytest.raises(td.UnknownCountry, match="did you mean"):
        drawing()


@pytest.mark.parametrize(
    "drawing",
    [
        lambda: td.plot.series(sender="USA", host=["NER", "TCD"]),
        lambda: td.plot.series(sender="USA", host="Sub-Saharan Africa"),
        lambda: td.plot.timeline(["NER", "TCD"]),
        lambda: td.plot.states("last year"),
        lambda: td.plot.network("2025-06-30", minimum=0),
        lambda: td.plot.network("2025-06-30", minimum=10_000_000),
        lambda: td.plot.spending(by="place"),
        lambda: td.plot.spending(host="NER", years=(2018, 2019)),
        lambda: td.plot.exercises(country="NER", years=1950),
    ],
)
def test_what_cannot_be_drawn_is_a_usage_error_with_a_hint(drawing) -> None:
    with pytest.raises(td.UsageError) as caught:
        drawing()
    assert caught.value.hint


def test_names_cow_codes_and_regions_are_accepted_as_elsewhere() -> None:
    by_name = td.plot.series(sender="United States", host=436, years=2023)
    assert by_name.get_title(loc="left") == "United States: forces in Niger, 2023"
    ax = td.plot.map(host="Sub-Saharan Africa", on="2024-08-04", show="bases")
    assert "Sub-Saharan Africa" in ax.get_title(loc="left")


def test_a_map_across_the_date_line_is_one_of_the_world() -> None:
    ax = td.plot.map(host="Kiribati", show="bases")
    assert ax.get_xlim() == (-180, 180)


def test_every_base_with_a_point_lies_within_the_map_of_its_hosts() -> None:
    ax = td.plot.map(host="Sub-Saharan Africa", on="2022-06-30", show="bases")
    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    points = [point for one in ax.collections if one.get_label() for point in one.get_offsets()]
    assert all(west <= x <= east and south <= y <= north for x, y in points)


def test_a_host_without_foreign_claims_is_drawn_too() -> None:
    ax = td.plot.map(host="USA", on="2025-12-31")
    assert "Mountain Home AFB" in texts(ax)


def test_marks_of_every_basis_are_drawn_without_a_warning() -> None:
    ax = td.plot.series(sender="USA", host="AFG", years=(2000, 2022))
    labels = {text.get_text() for text in ax.get_legend().get_texts()}
    assert {"Authorised ceiling", "Contractors in support", "Period average"} <= labels


def test_a_timeline_of_a_host_without_agreements_bases_and_events_is_empty() -> None:
    ax = td.plot.timeline("NER", sender="FJI")
    assert list(ax.get_yticks()) == []
    assert any(text.startswith("Agreements: 0. Tenancies of bases: 0.") for text in texts(ax))


def test_a_timeline_leaves_out_spells_outside_its_years() -> None:
    ax = td.plot.timeline("NER", sender="ITA", years=2024)
    rows = [label.get_text() for label in ax.get_yticklabels()]
    assert "Air Base 101 (Italy)" in rows
    assert not any(row.startswith("Protocol of bilateral") for row in rows)
