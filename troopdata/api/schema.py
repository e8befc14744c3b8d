"""Return the pandera schema of a table, with which users validate frames of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troopdata.api import checks, country_index
from troopdata.schemas import model

if TYPE_CHECKING:
    import pandera.pandas as pandera

__all__ = ["schema"]


def schema(table: str) -> pandera.DataFrameSchema:
    """Return the pandera schema of a table, with every named rule as a check.

    Parameters
    ----------
    table : str
        Name of the table.

    Returns
    -------
    pandera.pandas.DataFrameSchema
        Columns with their dtypes, whether they may be empty, their codes, patterns and ranges;
        and checks over whole rows, among them the unique key, country codes that exist and every
        rule of the table. Each check is named by its rule, and its error is the rule's name and
        message. Nothing is coerced. Columns may be in any order; computed ones may be missing.

    Raises
    ------
    UnknownTable
        If there is no such table.

    See Also
    --------
    validate : The same checks for a frame or a file, with hints; returns a typed copy.

    Notes
    -----
    A check over whole rows reports one failure case for each row and cell, with the row's index
    label. A cell that breaks the limits of its column may break a rule as well; both are then
    reported, where `validate` reports the first. Where a column is missing or of another dtype,
    the rules that read it are not run.

    The schema is compiled anew at each call, so that it may be changed or extended; keep it to
    validate many frames. It cannot be pickled: call `schema` in each process of a pool.

    Examples
    --------
    >>> import pandera.errors
    >>> import troopdata as td
    >>> tenancies = td.load("tenancies").head(3)
    >>> tenancies.loc[1, "end_mode"] = "sold"
    >>> try:
    ...     td.schema("tenancies").validate(tenancies, lazy=True)
    ... except pandera.errors.SchemaErrors as error:
    ...     cases = error.failure_cases
    >>> cases.loc[cases["column"] == "end_mode", ["check", "failure_case", "index"]].values.tolist()
    [['vocabulary: no such code', 'sold', 1]]
    """
    from troopdata.validation import pandera_schema

    found = model.table(table)
    return pandera_schema.full_schema(
        found, country_index.gazetteer(), until=checks.last_seen_day()
    )
