"""Figures: what their marks say equals what the tables say."""

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
    """Axes of a figure that pyplot knows nothing of."""
    from matplotlib.figure import Figure

    return Figure(figsize=(9, 6)).add_subplot()


def dots(ax, words: str) -> int:
    """Return how many points the collections of a label have."""
    return sum(
        len(one.get_offsets()) for one in ax.collections if str(one.get_label()).startswith(words)
    )


def texts(ax) -> set[str]:
    return {text.get_text() for text in ax.texts}


@pytest.mark.parametrize("statement", ["import troopdata.plot", "import troopdata as td; td.plot"])
def test_matplotlib_waits_for_a_figure(statement: str) -> None:
    code = f"{statement}; import sys; print('matplotlib' in sys.modules, 'pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_a_missing_matplotlib_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_the_legend_tells_unknown_from_zero() -> None:
    ax = td.plot.map(on="2025-06-30", show="presence")
    said = {text.get_text() for text in ax.get_legend().get_texts()}
    assert {"Unknown that month", "Reported zero, no other figure", "No claim of any date"} <= said


def test_a_sum_of_unknowns_is_unknown_and_zero_is_zero() -> None:
    import datetime as dt

    from troopdata.plot.daily import by_host, strengths

    rows = strengths(host=["NER", "IRN"], sender=None, on=dt.date(2025, 6, 30), version=None)
    answers = by_host(rows).set_index("host")
    assert answers.loc["NER", ["personnel", "answer"]].tolist() == [0, "zero"]
    assert answers.loc["IRN", "answer"] == "unknown"
    assert answers["personnel"].isna()["IRN"]


def test_the_choropleth_adds_what_presence_says_of_the_month() -> None:
    import datetime as dt

    from troopdata.plot.daily import by_host, strengths

    sums = by_host(strengths(host="NER", sender=None, on=dt.date(2024, 8, 4), version=None))
    rows = td.presence(host="NER", years=2024, freq="month").query("period == '2024-08'")
    assert sums.personnel.tolist() == [rows.personnel.sum()]


def test_hosts_without_an_outline_are_named_under_the_map() -> None:
    ax = td.plot.map(on="1989-06-30", show="presence")
    assert any("East Germany" in text and "Not drawn" in text for text in texts(ax))


def test_an_unknown_way_to_show_is_a_usage_error() -> None:
    with pytest.raises(td.UsageError, match="one of bases, presence, both"):
        td.plot.map(show="troops")  # type: ignore[arg-type]
