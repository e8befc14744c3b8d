"""Write rows as an Excel workbook that runs no text as a formula."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from troopdata.cli.output import RUN
from troopdata.errors import UsageError, shown

if TYPE_CHECKING:
    import pandas as pd
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["workbook"]

INSTALL = 'pip install "troopdata[excel]"'
MOST_ROWS, MOST_CHARACTERS = 1_048_576, 32_767
# Excel counts one day too many before this date (it believes in 29 February 1900), and has no
# dates before 1900.
FIRST_DAY = dt.datetime(1900, 3, 1)


def workbook(frame: pd.DataFrame) -> bytes:
    """Return rows as the bytes of an ``.xlsx`` file.

    Parameters
    ----------
    frame : pandas.DataFrame
        The rows; the index is not written.

    Returns
    -------
    bytes
        Two sheets. The first holds the rows and is named after their table, so that a program
        that reads the first sheet gets data. The second, `about`, holds release, table, filters
        and citation. Text that a spreadsheet would run is stored as quoted text. Numbers keep
        sixteen digits, missing cells are empty and days are dates, except that days before March
        1900, which Excel cannot hold, are ISO text.

    Raises
    ------
    UsageError
        If openpyxl is not installed, or the rows or a cell exceed the limits of a sheet.

    Notes
    -----
    A workbook stores the time of writing: compare the cells of two workbooks, not their bytes.
    """
    try:
        from openpyxl import Workbook
    except ImportError:
        raise UsageError("Excel files need openpyxl", hint=INSTALL) from None
    _check_limits(frame)
    provenance = frame.attrs.get("troopdata", {})
    lines = list(_about(frame, provenance))
    book = Workbook(write_only=True)
    rows = book.create_sheet(str(provenance.get("table", "rows"))[:31])
    rows.freeze_panes = "A2"
    rows.append([str(name) for name in frame.columns])
    for row in frame.astype(object).itertuples(index=False, name=None):
        rows.append([_cell(rows, value) for value in row])
    about = book.create_sheet("about")
    for name, value in lines:
        about.append([name, _cell(about, value)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _check_limits(frame: pd.DataFrame) -> None:
    """Raise if a sheet cannot hold the rows; openpyxl would leave a temporary file behind."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if len(frame) >= MOST_ROWS:
        message = f"{len(frame):,} rows do not fit on a sheet of Excel"
        raise UsageError(message, hint="use filters, or write to .csv or .parquet")
    for column in (frame[name] for name in frame.select_dtypes(["string", "object"])):
        for value in column.dropna().unique():
            text = str(value)
            if len(text) > MOST_CHARACTERS or ILLEGAL_CHARACTERS_RE.search(text):
                message = f"{shown(text)} does not fit into an Excel cell"
                raise UsageError(message, hint="write to .csv or .parquet")


def _about(frame: pd.DataFrame, provenance: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the release, the filters and the citation of the rows."""
    from troopdata.provenance.citation import cite

    for name, value in provenance.items():
        if value is not None:
            yield name, ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    yield "rows", str(len(frame))
    for at, line in enumerate(cite(frame, style="text").splitlines()):
        yield "" if at else "cite", line


def _cell(sheet: Worksheet, value: Any) -> Any:
    """Return a cell as openpyxl writes it; only styled cells become cell objects."""
    import pandas as pd

    if isinstance(value, str):
        return _text(sheet, value)
    if value is None or pd.isna(value):
        return None
    if isinstance(value, (dt.date, pd.Timestamp)):
        return _day(sheet, pd.Timestamp(value).to_pydatetime())
    if isinstance(value, (bool, int, float)):
        return value
    return value.item() if hasattr(value, "item") else _text(sheet, str(value))


def _text(sheet: Worksheet, value: str) -> Any:
    from openpyxl.cell.cell import WriteOnlyCell

    if not value.startswith((*RUN, "#")):
        return value
    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"  # openpyxl takes it for a formula or an error
    cell.quotePrefix = True
    return cell


def _day(sheet: Worksheet, value: dt.datetime) -> Any:
    from openpyxl.cell.cell import WriteOnlyCell

    if value < FIRST_DAY:
        return value.date().isoformat()
    cell = WriteOnlyCell(sheet, value=value)
    cell.number_format = "yyyy-mm-dd"
    return cell
