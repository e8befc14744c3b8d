"""Compile the columns and the rules of a table into a pandera schema.

The only module that imports pandera, which takes about half as long to import as pandas: import
this module inside the function that needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import pandas as pd
import pandera.pandas as pandera
from pandera.api.base.checks import CheckResult
from pandera.errors import SchemaErrors

from troopdata.errors import UsageError
from troopdata.schemas import arrow, model
from troopdata.validation import cell_checks, plausibility, rules
from troopdata.validation.cell_checks import MESSAGES
from troopdata.validation.rules import Finding

if TYPE_CHECKING:
    import datetime as dt

    from troopdata.gazetteer.resolver import Gazetteer

__all__ = ["RowCheck", "column_failures", "column_schema", "full_schema"]

Find = Callable[[pd.DataFrame], Iterator[Finding]]


class RowCheck(pandera.Check):
    """A check over whole rows that reports each failure at one cell.

    pandera reports a row that fails a check of the frame once for every column of the frame, drops
    failures at missing cells, and does not align a check's output with a duplicated index. The
    failure cases are therefore built here, from the positions that a rule finds.

    Parameters
    ----------
    rule, message : str
        The rule's name, and what it says.
    columns : mapping of str to str
        The columns that the rule reads, with their dtypes. Where one is missing or of another
        dtype, pandera has already reported that, and the rule is not run.
    find : callable
        Takes a frame with a plain index from 0 and yields what breaks the rule.
    """

    def __init__(self, rule: str, message: str, columns: dict[str, str], find: Find) -> None:
        super().__init__(find, name=rule, error=f"{rule}: {message}", ignore_na=False)
        self.columns, self.find = columns, find

    def __call__(self, check_obj: pd.DataFrame, column: str | None = None) -> CheckResult:
        """Return pandera's result, its failure cases one a finding."""
        typed = self._typed(check_obj)
        found = [] if typed is None else list(self.find(typed))
        cases = pd.DataFrame(
            {
                "column": [finding.column for finding in found],
                "index": [check_obj.index[finding.position] for finding in found],
                "failure_case": [
                    "; ".join(filter(None, (finding.value, finding.detail))) for finding in found
                ],
            }
        )
        return CheckResult(not found, not found, check_obj, cases)

    def __deepcopy__(self, memo: dict[int, Any]) -> RowCheck:
        # pandera copies a schema to add or remove columns. A check never changes, and the tables
        # and countries that it holds are large.
        return self

    def _typed(self, frame: pd.DataFrame) -> pd.DataFrame | None:
        """Return the columns that the rule reads, None where one is missing or of another type."""
        columns: dict[str, pd.Series] = {}
        for name, kind in self.columns.items():
            if list(frame.columns).count(name) != 1:
                return None
            column = frame[name].reset_index(drop=True)
            if pd.api.types.is_datetime64_dtype(column) and kind.startswith("datetime64"):
                # pandera takes days of every resolution. The rules compare them with the years 1
                # and 9999, which only seconds can hold.
                column = column.astype("datetime64[s]")
            elif isinstance(column.dtype, pd.StringDtype) and kind == "string":
                # pandera takes pandas's own `str` for `string`; there a missing cell is NaN.
                column = column.astype("string")
            elif str(column.dtype) != kind:
                return None
            columns[name] = column
        return pd.DataFrame(columns)


def full_schema(
    table: model.Table, countries: Gazetteer | None, *, until: dt.date | None = None
) -> pandera.DataFrameSchema:
    """Return the pandera schema of a table with everything that one table can break.

    Parameters
    ----------
    table : Table
        The table.
    countries : Gazetteer or None
        The countries to check codes and dates against; None skips those rules.
    until : datetime.date, optional
        The last day that can have been seen; by default the future is left alone.

    Returns
    -------
    pandera.pandas.DataFrameSchema
        Strict about columns, which may be in any order and of which computed ones may be missing.
        Nothing is coerced.
    """
    return pandera.DataFrameSchema(
        {item.name: _column(item, nullable=not item.required) for item in table.fields},
        checks=list(_row_checks(table, countries, until)),
        strict=True,
        coerce=False,
        name=table.name,
        title=table.title,
        description=table.grain,
    )


def _column(field: model.Field, *, nullable: bool) -> pandera.Column:
    return pandera.Column(
        # td.load gives geometries, td.scan and the Parquet files bytes; both are of this column.
        None if field.type == "geojson" else arrow.dtype(field),
        checks=_checks(field),
        nullable=nullable,
        required=not field.computed,
        coerce=False,
        description=field.description,
    )


def _checks(field: model.Field) -> list[pandera.Check]:
    """Return the checks that a column's vocabulary and limits make."""
    limits = field.constraints

    def named(rule: str) -> dict[str, Any]:
        return {"name": rule, "error": f"{rule}: {MESSAGES[rule]}"}

    found = []
    if field.vocabulary and not field.separator:
        found.append(pandera.Check.isin(list(field.vocabulary.codes), **named("vocabulary")))
    if "pattern" in limits:
        # \Z, since $ also matches before a line break at the end.
        pattern = rf"^(?:{limits['pattern']})\Z"
        found.append(pandera.Check.str_matches(pattern, **named("pattern")))
    if "minimum" in limits:
        found.append(pandera.Check.ge(limits["minimum"], **named("range")))
    if "maximum" in limits:
        found.append(pandera.Check.le(limits["maximum"], **named("range")))
    if "maxLength" in limits:
        longest = limits["maxLength"]
        found.append(pandera.Check.str_length(max_value=longest, **named("length")))
    return found


def _row_checks(
    table: model.Table, countries: Gazetteer | None, until: dt.date | None
) -> Iterator[RowCheck]:
    """Yield the checks that pandera has none for: of keys, text, lists, countries, days, rules."""
    kinds = {item.name: arrow.dtype(item) for item in table.fields}

    def check(rule: str, message: str, columns: tuple[str, ...], find: Find) -> RowCheck:
        # Rules that name a date read its precision too.
        sharp = (f"{name}_precision" for name in columns)
        read = dict.fromkeys([*columns, *(name for name in sharp if name in kinds)])
        return RowCheck(rule, message, {name: kinds[name] for name in read}, find)

    key = partial(cell_checks.duplicate_keys, table=table)
    yield check("key-unique", MESSAGES["key-unique"], table.primary_key, key)
    for item in table.fields:
        finds = {
            "vocabulary": partial(cell_checks.unlisted, field=item),
            "text-clean": partial(cell_checks.unclean, field=item),
            "country": partial(cell_checks.unknown_countries, field=item, countries=countries),
        }
        applies = {
            "vocabulary": bool(item.vocabulary and item.separator),
            "text-clean": item.type == "string",
            "country": item.country and countries is not None,
        }
        for rule in (rule for rule, does in applies.items() if does):
            yield check(rule, MESSAGES[rule], (item.name,), finds[rule])
    for rule, columns, find in plausibility.checks(table, until):
        yield check(rule, plausibility.MESSAGES[rule], columns, find)
    for named in table.rules:
        find = partial(rules.broken, rule=named, countries=countries)
        yield check(named.name, named.message, named.columns, find)


@cache
def column_schema(name: str) -> pandera.DataFrameSchema:
    """Return the pandera schema of a table's columns alone, without its rules over rows.

    Parameters
    ----------
    name : str
        Name of the table.

    Examples
    --------
    >>> column_schema("deployments").columns["basis"].checks[0].name
    'vocabulary'
    """
    table = model.table(name)
    # `required` is checked by the caller, who knows which computed columns a file leaves out.
    columns = {item.name: _column(item, nullable=True) for item in table.fields}
    return pandera.DataFrameSchema(columns, strict=True, ordered=True, coerce=False, name=name)


def column_failures(frame: pd.DataFrame, table: model.Table) -> Iterator[tuple[str, Finding]]:
    """Yield the rule and the cell of everything that the limits of single columns forbid.

    Parameters
    ----------
    frame : pandas.DataFrame
        Typed rows of the table with a plain index from 0.
    table : Table
        Its specification.
    """
    try:
        column_schema(table.name).validate(frame, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
        for case in cases[cases["index"].notna()].itertuples(index=False):
            rule = str(case.check).partition(":")[0]
            yield rule, Finding(int(case.index), str(case.column), str(case.failure_case))
        for case in cases[cases["index"].isna()].itertuples(index=False):
            raise UsageError(f"{table.name}: {case.check} {case.failure_case}") from None
