"""Reports as claims: rows of `deployments`.

A host with several printed lines on one day gets one claim about the whole that is their sum, and
each line that names a part of it a claim of its own with a `place`. Every printed figure is a
claim, a zero too; a cell that the report withholds or could not fill is a claim without a figure;
an empty cell is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troopdata.errors import Failure, Invalid
from troopdata.importers.us_dmdc.corrections import stale
from troopdata.importers.us_dmdc.report_figures import JOIN, Figure, Numbered, figures, numbered
from troopdata.importers.us_dmdc.series import ReportSeries

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["claims"]

SENDER = "USA"
COMPUTED = ("claim_id", "recorded_from")
WHOLE = ("host", "part")
BASES = {
    "afloat": "afloat",
    "undistributed": "undistributed",
    "unplaced": "undistributed",
    "contingency": "deployed_for_operation",
}
SILENT = ("total", "skip", "remainder")
# Former Soviet republics of the region that the regional sum covers; Russia is what is left.
SOVIET = ("ARM", "AZE", "BLR", "GEO", "KAZ", "KGZ", "MDA", "TJK", "TKM", "UKR", "UZB")
SUMMED = "Sum of the printed lines."
IDENTITY = ["as_of", "host", "force", "service"]


def claims(series: ReportSeries) -> pd.DataFrame:
    """Return the claims of a series, with the columns and dtypes of `deployments`.

    Parameters
    ----------
    series : ReportSeries
        The reports and what their labels and columns mean.

    Returns
    -------
    pandas.DataFrame
        One row a claim; `claim_id` and `recorded_from` are left to the build.

    Raises
    ------
    Invalid
        With every label that is not known, or a correction that no longer fits.
    """
    import pandas as pd

    _refuse_stale(series)
    lines = numbered(series)
    table = _table(list(figures(series, lines)), lines, series)
    whole = table["role"].isin(WHOLE) & table["part"].eq("") & table["status"].eq("accepted")
    parts = table["role"].eq("part") | table["part"].ne("") | ~whole
    # A part that is all its host has on that day is the whole: one claim, not two.
    only = whole & ~table[whole].duplicated(IDENTITY, keep=False).reindex(
        table.index, fill_value=True
    )
    silent = table["role"].isin(SILENT) | only
    found = pd.concat(
        [_hosts(table[whole]), _places(table[parts & ~silent]), _remainder(table)],
        ignore_index=True,
    )
    return _finished(found)


def _refuse_stale(series: ReportSeries) -> None:
    found = stale(series.reports, series.totals, series.corrections)
    if found:
        raise Invalid(found)


def _table(found: list[Figure], lines: list[Numbered], series: ReportSeries) -> pd.DataFrame:
    """Return figures beside what is known of their lines."""
    import pandas as pd

    table = pd.DataFrame(found, columns=list(Figure._fields))
    about = pd.DataFrame(
        {
            "as_of": [item.report.as_of for item in lines],
            "section": [item.line.section for item in lines],
            "label": [item.line.label for item in lines],
            "host": [item.label.host for item in lines],
            "place": [item.label.place for item in lines],
            "subdivision": [item.label.subdivision for item in lines],
            "role": [item.label.role for item in lines],
            "label_note": [item.label.note for item in lines],
            "line_basis": [BASES.get(item.label.role, "") for item in lines],
        }
    )
    entries = series.entries
    about["source_id"] = about["as_of"].map({d: e["source_id"] for d, e in entries.items()})
    about["report_basis"] = about["as_of"].map({d: e["basis"] for d, e in entries.items()})
    about["published_on"] = about["as_of"].map({d: e["published_on"] for d, e in entries.items()})
    table = table.join(about, on="line")
    digits = table["cell"].str.isdigit()
    table["value_state"] = table["cell"].where(~digits, "reported")
    table["personnel"] = pd.to_numeric(table["cell"].where(digits), errors="raise").astype("Int32")
    table["basis"] = table["basis"].where(table["basis"].ne(""), table["line_basis"])
    table["basis"] = table["basis"].where(table["basis"].ne(""), table["report_basis"])
    operation = table["role"].eq("contingency")
    table["force"] = table["force"].where(~operation, "military")
    table["note"] = (table["note"] + " " + table["label_note"]).str.strip()
    table["locator"] = table["label"] + " | " + table["columns"]
    return table


def _hosts(table: pd.DataFrame) -> pd.DataFrame:
    """Return one claim about each whole host, adding up lines where it has several."""
    import pandas as pd

    table = table.assign(place="")
    several = table.duplicated(IDENTITY, keep=False)
    if not several.any():
        return table
    sums = [_summed(group) for _, group in table[several].groupby(IDENTITY, sort=False)]
    return pd.concat([table[~several], pd.DataFrame(sums)], ignore_index=True)


def _summed(group: pd.DataFrame) -> dict[str, Any]:
    """Return several lines of one host as one row."""
    row = {str(name): value for name, value in group.iloc[0].items()}
    states = [state for state in group["value_state"] if state != "reported"]
    row["value_state"] = states[0] if states else "reported"
    row["personnel"] = None if states else int(group["personnel"].sum())
    names = [
        f"{label} (UNITED STATES)" if section == "united_states" else label
        for label, section in zip(group["label"], group["section"], strict=True)
    ]
    columns = dict.fromkeys(name for text in group["columns"] for name in text.split(JOIN))
    row["locator"] = f"{JOIN.join(dict.fromkeys(names))} | {JOIN.join(columns)}"
    row["note"] = " ".join(dict.fromkeys([SUMMED, *(note for note in group["note"] if note)]))
    return row


def _places(table: pd.DataFrame) -> pd.DataFrame:
    """Return the claims about parts of hosts, about no host, and about the United States."""
    place, part = table["place"], table["part"]
    both = place + ", " + part
    named = both.where(place.ne("") & part.ne(""), place + part.str.capitalize())
    return table.assign(place=named)


def _remainder(table: pd.DataFrame) -> pd.DataFrame:
    """Return claims about a host whose line is missing: the regional sum less the other lines."""
    sums = table[table["role"].eq("remainder")]
    printed = table[table["role"].isin(WHOLE) & table["host"].isin(sums["host"])]
    sums = sums[~sums["as_of"].isin(printed["as_of"])]
    others = table[table["host"].isin(SOVIET) & table["as_of"].isin(sums["as_of"])]
    taken = others.groupby(["as_of", "service"])["personnel"].sum()
    names = others.drop_duplicates(["as_of", "label"]).groupby("as_of")["label"].agg(JOIN.join)
    keys = list(zip(sums["as_of"], sums["service"], strict=True))
    left = sums["personnel"] - [int(taken.get(item, 0)) for item in keys]
    _refuse_negative(sums, left)
    locator = sums["label"] + " less " + sums["as_of"].map(names) + " | " + sums["columns"]
    return sums.assign(personnel=left.astype("Int32"), locator=locator, place="")


def _refuse_negative(sums: pd.DataFrame, left: pd.Series[int]) -> None:
    wrong = sums[(left < 0).to_numpy(dtype=bool)]
    message = "the other lines of the region exceed its sum"
    found = [
        Failure(f"reports/{as_of}.csv", None, label, column, "remainder", cell, message)
        for as_of, label, column, cell in zip(
            wrong["as_of"], wrong["label"], wrong["columns"], wrong["cell"], strict=True
        )
    ]
    if found:
        raise Invalid(found)


def _finished(found: pd.DataFrame) -> pd.DataFrame:
    """Return claims in the columns and dtypes of the schema, in canonical order."""
    import pandas as pd

    from troopdata.schemas import arrow, model

    table = model.table("deployments")
    found = found.assign(
        sender=SENDER, as_of_precision="day", as_of=pd.to_datetime(found["as_of"], format="ISO8601")
    )
    found["published_on"] = pd.to_datetime(found["published_on"].replace("", None))
    columns = {}
    for item in table.fields:
        if item.name in COMPUTED:
            continue
        values = found[item.name] if item.name in found else pd.Series(pd.NA, index=found.index)
        if item.type == "string":
            values = values.astype("string")
            values = values.mask(values.eq("").fillna(False))
        columns[item.name] = values.astype(arrow.dtype(item))  # type: ignore[call-overload]
    order = [
        "sender",
        "host",
        "service",
        "force",
        "as_of",
        "basis",
        "source_id",
        "locator",
        "place",
    ]
    return pd.DataFrame(columns).sort_values(order, ignore_index=True, kind="stable")
