"""Turn the reports into claims: rows of `deployments`.

A host with several printed lines on one day gets one claim about the whole, their sum; each line
about a part of it is also a claim with a `place`. Every printed figure is a claim, including a
zero; a cell that the report withholds or could not fill is a claim without a figure; an empty cell
makes no claim.
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
# Roles of labels whose lines add up to a whole host.
WHOLE = ("host", "part")
BASES = {
    "afloat": "afloat",
    "undistributed": "undistributed",
    "unplaced": "undistributed",
    "contingency": "deployed_for_operation",
}
# Roles that make no claim by themselves.
WITHOUT_CLAIM = ("total", "skip", "remainder")
# Former Soviet republics in the regional sum; the rest of the sum is Russia.
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
    # The only part of its host on that day is the whole: one claim, not two. Rows outside `whole`
    # are missing from the mask, and count as duplicated so that they stay parts.
    only = whole & ~table[whole].duplicated(IDENTITY, keep=False).reindex(
        table.index, fill_value=True
    )
    without_claim = table["role"].isin(WITHOUT_CLAIM) | only
    found = pd.concat(
        [_hosts(table[whole]), _places(table[parts & ~without_claim]), _remainder(table)],
        ignore_index=True,
    )
    return _finished(found)


def _refuse_stale(series: ReportSeries) -> None:
    found = stale(series.reports, series.totals, series.corrections)
    if found:
        raise Invalid(found)


def _table(found: list[Figure], lines: list[Numbered], series: ReportSeries) -> pd.DataFrame:
    """Return a table of the figures, joined with what is known of their lines."""
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
    # A cell is digits, or else a code of `value_state`.
    digits = table["cell"].str.isdigit()
    table["value_state"] = table["cell"].where(~digits, "reported")
    table["personnel"] = pd.to_numeric(table["cell"].where(digits), errors="raise").astype("Int32")
    # The basis of a column goes before that of its line, and that before the report's.
    table["basis"] = table["basis"].where(table["basis"].ne(""), table["line_basis"])
    table["basis"] = table["basis"].where(table["basis"].ne(""), table["report_basis"])
    operation = table["role"].eq("contingency")
    table["force"] = table["force"].where(~operation, "military")
    table["note"] = (table["note"] + " " + table["label_note"]).str.strip()
    table["locator"] = table["label"] + " | " + table["columns"]
    return table


def _hosts(table: pd.DataFrame) -> pd.DataFrame:
    """Return one claim about each whole host, the sum of its lines where it has several."""
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
    # A sum with a withheld part is withheld: the other lines alone would be too low.
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
    """Return the claims about parts of hosts, about the United States, and without a host."""
    place, part = table["place"], table["part"]
    both = place + ", " + part
    named = both.where(place.ne("") & part.ne(""), place + part.str.capitalize())
    return table.assign(place=named)


def _remainder(table: pd.DataFrame) -> pd.DataFrame:
    """Return claims about hosts with a missing line: the regional sum less the other lines."""
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
    message = "the other lines of the region add up to more than its sum"
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
