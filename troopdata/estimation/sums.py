"""Sums of estimates over senders, hosts or regions, which say what they leave out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from troopdata.estimation.grid import GRADES
from troopdata.schemas.model import estimation_rule

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["sums"]

INTEGERS = ("personnel", "low", "high", "last_total", "recent")


def sums(rows: pd.DataFrame, keys: Sequence[str], organisations: Collection[str]) -> pd.DataFrame:
    """Return sums over rows of an estimate.

    Parameters
    ----------
    rows : pandas.DataFrame
        The estimate: sender, host, period, year, and the columns of `keys`.
    keys : sequence of str
        What a sum is for, beside the period.
    organisations : collection of str
        Senders whose own count is of their members' forces.

    Returns
    -------
    pandas.DataFrame
        The keys, period, year, personnel, low, high (people, Int64), grade, parts and unknown
        (Int32: how many rows a sum is over, and how many of them have no figure) and missing
        (the parts without a figure, joined by ``;``).

    Notes
    -----
    Points, lows and highs are added apart. A sum has a high only where each part has one. It has
    a figure where the parts without one come to less than 5 % of it, by their floors, their last
    counts or the greatest force on record in the five years before, whichever is greater; the
    floors are in the figure. An organisation's count is
    left out as far as its members' counts beside it reach; what exceeds them stays as a part
    without a figure.
    """
    parts = _parts(rows, keys, organisations)
    grouped = parts.groupby([*keys, "period", "year"], dropna=False, observed=True, sort=True)
    result = grouped.agg(
        points=("point", "sum"), low=("floor", "sum"), known=("known", "sum"),
        high=("high", "sum"), highs=("bounded", "sum"), parts=("point", "size"),
        unknown=("without", "sum"), weight=("weight", "sum"), left=("left", "sum"),
        worst=("grade_of_point", "max"),
    ).reset_index()  # fmt: skip
    missing = (
        parts[parts["without"]]
        .groupby([*keys, "period", "year"], dropna=False, observed=True)["name"]
        .agg(lambda names: ";".join(sorted(set(names))))
    )
    result = result.merge(missing.rename("missing").reset_index(), how="left",
                          on=[*keys, "period", "year"])  # fmt: skip
    return _finished(result, keys)


def _parts(rows: pd.DataFrame, keys: Sequence[str], organisations: Collection[str]) -> pd.DataFrame:
    """Return each row as what it adds to a sum, in plain numbers."""
    numbers = {name: rows[name].to_numpy("float64", na_value=np.nan) for name in INTEGERS}
    point, low = numbers["personnel"], np.nan_to_num(numbers["low"])
    has = ~np.isnan(point)
    floor = np.where(np.isnan(numbers["low"]), np.nan_to_num(point), low)
    weight = np.fmax(floor, np.nan_to_num(np.fmax(numbers["last_total"], numbers["recent"])))
    grade = rows["grade"].map({name: at for at, name in enumerate(GRADES)})
    parts = rows[[*dict.fromkeys([*keys, "sender", "host", "period", "year"])]].assign(
        point=np.where(has, point, 0.0), without=~has, floor=floor,
        known=has | ~np.isnan(numbers["low"]), high=np.nan_to_num(numbers["high"]),
        bounded=~np.isnan(numbers["high"]), weight=np.where(has, 0.0, weight),
        left=np.where(has, 0.0, floor),
        grade_of_point=np.where(has, grade.fillna(0).to_numpy("float64"), 0.0),
        name=_names(rows, keys),
    )  # fmt: skip
    return _without_organisations(parts, keys, organisations)


def _names(rows: pd.DataFrame, keys: Sequence[str]) -> Any:
    """Return what each part is called within its sum: its sender, its host, or both."""
    place = rows["territory"] if "territory" in rows else rows["host"]
    if "sender" in keys:
        return place.astype(object)
    if "host" in keys:
        return rows["sender"].astype(object)
    return rows["sender"].astype(object) + "-" + place.astype(object)


def _without_organisations(
    parts: pd.DataFrame, keys: Sequence[str], organisations: Collection[str]
) -> pd.DataFrame:
    """Return the parts with an organisation's count cut to what its members' counts leave."""
    own = parts["sender"].isin(organisations).to_numpy(dtype=bool)
    if "sender" in keys or not own.any():
        return parts
    place = ["host", "period", *(key for key in keys if key not in ("host", "region"))]
    members = parts[~own].assign(members=parts["point"] + parts["left"], least=parts["floor"])
    summed = members.groupby(place, dropna=False)[["members", "least"]].sum().reset_index()
    beside = parts.loc[own, place].merge(summed, on=place, how="left")
    counted, least = (beside[name].fillna(0).to_numpy("float64") for name in ("members", "least"))
    rest = parts[own].copy()
    some = counted > 0
    # Points are compared with points and floors with floors: a low is not added to a point.
    # A copy, as a view would change with the column that is written below.
    floor = rest["floor"].to_numpy(copy=True)
    left = np.maximum(rest[["point", "weight"]].max(axis=1).to_numpy() - counted, 0)
    rest.loc[some, "floor"] = np.maximum(floor - least, 0)[some]
    rest.loc[some, "left"] = np.maximum(floor - counted, 0)[some]
    rest.loc[some, "weight"] = left[some]
    rest.loc[some, ["point", "grade_of_point"]] = 0.0
    rest.loc[some, "without"] = left[some] > 0
    # One that its members' counts cover adds nothing, to the high neither.
    covered = some & (left == 0)
    rest.loc[some, "bounded"] = False
    rest.loc[covered, ["high"]] = 0.0
    rest.loc[covered, "bounded"] = True
    import pandas as pd

    return pd.concat([parts[~own], rest], ignore_index=True)


def _finished(result: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Return the columns of a sum with their dtypes."""
    import pandas as pd

    total = result["points"] + result["left"]
    small = result["weight"] < estimation_rule()["small_share"] * total
    # Without any figure the parts weigh all of the sum, so that it has none either.
    whole = (result["unknown"] == 0) | small
    # A figure that leaves parts out, even small ones, is a C at best.
    worst = result["worst"].where(result["unknown"] == 0, result["worst"].clip(lower=3))
    bounds = np.where(result["known"] > 0, "D", "E")
    grade = np.where(whole, np.array(GRADES)[worst.astype("int64")], bounds)
    high = result["high"].where(result["highs"] == result["parts"])
    columns = {
        **{key: result[key] for key in keys},
        "period": result["period"], "year": result["year"],
        "personnel": total.where(whole).astype("Int64"),
        "low": result["low"].where(result["known"] > 0).astype("Int64"),
        "high": high.astype("Int64"),
        "grade": pd.Series(grade, index=result.index).astype("string"),
        "parts": result["parts"].astype("Int32"),
        "unknown": result["unknown"].astype("Int32"),
        "missing": result["missing"].astype("string"),
    }  # fmt: skip
    return pd.DataFrame(columns)
