"""Check that every id of every release still exists, or is redirected, and means the same.

An id is permanent. One that no row has any more is listed in `id_redirects`, with the id that took
its place or with none, and is never reused. What an id means is defined in `id_meanings`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from troopdata.curate.checks import change_reasons, id_meanings
from troopdata.errors import Failure
from troopdata.release import loader
from troopdata.release.manifest import ordinal
from troopdata.schemas import arrow, model
from troopdata.schemas.keys import keys, texts

if TYPE_CHECKING:
    import pandas as pd

    from troopdata.curate.checks.change_reasons import Reasons
    from troopdata.release.loader import Release

__all__ = ["broken", "id_columns"]

REDIRECTS = "id_redirects"
# Their keys are not ids: a redirect's is another row's, and a series is named after its folder.
WITHOUT_IDS = (REDIRECTS, "series_breaks", "verifications")
MOVED_KM = 25
Tables = Mapping[str, "pd.DataFrame"]


def id_columns() -> dict[str, str]:
    """Return the tables whose rows have ids of their own, each with its id column.

    Examples
    --------
    >>> id_columns()["countries"], "exercise_participants" in id_columns()
    ('country', False)
    """
    found = {}
    for name in model.tables():
        table = model.table(name)
        first = table.primary_key[0]
        borrowed = {reference.column for reference in table.references}
        if not table.derived and name not in WITHOUT_IDS and first not in borrowed:
            found[name] = first
    return found


def broken(content: Tables, before: Release, reasons: Reasons) -> Iterator[Failure]:
    """Yield every id that was lost, reused, or given another meaning.

    Parameters
    ----------
    content : mapping of str to pandas.DataFrame
        The tables of the next release, `id_redirects` among them.
    before : Release
        The previous release; it and all earlier ones make the ledger.
    reasons : Reasons
        The reasons that the curators stated: where an id means the same although a column that
        defines it changed, a line has the table, the column and the id as the key.
    """
    redirects = content[REDIRECTS]
    past = _past(before)
    for name, column in id_columns().items():
        mine = redirects[(redirects["table"] == name).fillna(False)]
        ledger = _renamed(_ledger(name, column, past), name, redirects)
        table = _IdTable(name, column, ledger, content[name], mine)
        yield from table.lost()
        yield from table.misdirected()
        yield from table.reused(before.version)
        yield from table.redefined(before.version, reasons)
        if name == "bases":
            yield from _moved(table, reasons)
    yield from _parties(content, before, reasons)
    yield from _without_ids(content)


def _past(before: Release) -> list[Release]:
    """Return the previous release and all earlier ones, the newest first.

    A withdrawn release is skipped: its ids were withdrawn with it.
    """
    folder = before.folder.parent
    listed = loader.index(folder)["releases"]
    numbers = [item["release"] for item in listed if item["status"] == "active"]
    known = sorted((n for n in numbers if ordinal(n) <= ordinal(before.version)), key=ordinal)
    return [loader.opened(number, folder) for number in reversed(known)]


def _ledger(name: str, column: str, past: list[Release]) -> pd.DataFrame:
    """Return every id of a table that was ever released, with its last meaning."""
    import pandas as pd

    wanted = list(dict.fromkeys([column, *id_meanings.columns(name)]))
    parts: list[pd.DataFrame] = []
    known, seen = pd.Series([], dtype="string"), set()
    for opened in past:
        if not opened.has(name):
            continue
        content = opened.entry(f"{name}.parquet")["content_sha256"]
        if content in seen:  # identical to a later release
            continue
        seen.add(content)
        frame = arrow.frame(opened.rows(name, columns=wanted))
        fresh = frame[~_among(frame[column], known)]
        parts.append(fresh.assign(last_release=opened.version))
        known = pd.concat([known, fresh[column]])
    empty = arrow.empty(model.table(name))[wanted].assign(last_release="")
    return pd.concat([empty, *parts], ignore_index=True) if parts else empty


def _among(column: pd.Series, wanted: pd.Series) -> pd.Series:
    """Return whether each text is one of `wanted`; pandas's `isin` takes twenty times as long."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    left, right = (pa.array(side, type=pa.large_string()) for side in (column, wanted))
    found = pc.is_in(left, value_set=right).to_numpy(zero_copy_only=False)
    return pd.Series(found, index=column.index, dtype=bool)


def _renamed(ledger: pd.DataFrame, name: str, redirects: pd.DataFrame) -> pd.DataFrame:
    """Return a ledger whose references to merged rows have the ids that took their place."""
    merged = redirects.dropna(subset=["new_id"])
    for reference in model.table(name).references:
        if reference.column in ledger:
            mine = merged[merged["table"] == reference.table]
            moved = dict(zip(mine["old_id"], mine["new_id"], strict=True))
            ledger[reference.column] = ledger[reference.column].replace(moved)
    return ledger


@dataclass(frozen=True)
class _IdTable:
    """One table of the next release, with its ledger and its redirects."""

    name: str
    column: str
    ledger: pd.DataFrame
    now: pd.DataFrame
    redirects: pd.DataFrame

    @cached_property
    def ids(self) -> pd.Series:
        return self.now[self.column].dropna()

    @cached_property
    def moved(self) -> dict[str, str]:
        """The merged ids, each with the id that took its place."""
        given = self.redirects.dropna(subset=["new_id"])
        return dict(zip(given["old_id"], given["new_id"], strict=True))

    def lost(self) -> Iterator[Failure]:
        """Yield released ids that neither a row nor a redirect has."""
        gone = self.ledger[~_among(self.ledger[self.column], self.ids)]
        gone = gone[~_among(gone[self.column], self.redirects["old_id"])]
        gone = gone.drop_duplicates(self.column)
        for old, last in zip(gone[self.column], gone["last_release"], strict=True):
            message = f"release {last} had it, and no row has it now"
            hint = f"add a line to datasets/facts/{REDIRECTS}.csv: {self.name},{old},,WHY"
            yield Failure(self.name, None, old, self.column, "id-lost", old, message, hint)

    def misdirected(self) -> Iterator[Failure]:
        """Yield redirects of unreleased ids, of ids still in use, and to ids that do not exist."""
        never = ~_among(self.redirects["old_id"], self.ledger[self.column])
        for position, old in self.redirects.loc[never, "old_id"].items():
            message = f"no release had it in {self.name}"
            yield self._redirect(position, old, "old_id", "id-unknown", message, "remove the line")
        still = _among(self.redirects["old_id"], self.ids)
        for position, old in self.redirects.loc[still, "old_id"].items():
            message = f"a row of {self.name} still has it"
            hint = f"remove the line, or the row of {self.name}"
            yield self._redirect(position, old, "old_id", "id-withdrawn", message, hint)
        targets = self.redirects["new_id"]
        for position, new in targets[targets.notna() & ~_among(targets, self.ids)].items():
            message = f"no such row in {self.name}"
            later = self.moved.get(new)
            hint = (
                f"{new} was merged itself: use {later}"
                if later
                else "use the id of an existing row"
            )
            yield self._redirect(position, new, "new_id", "reference", message, hint)

    def _redirect(
        self, position: Any, value: str, column: str, rule: str, message: str, hint: str
    ) -> Failure:
        key = f"{self.name}|{self.redirects['old_id'].loc[position]}"
        return Failure(REDIRECTS, int(position), key, column, rule, value, message, hint)

    def reused(self, before: str) -> Iterator[Failure]:
        """Yield ids that return, after a release without them, with another meaning."""
        again = self.ledger[self.ledger["last_release"] != before]
        for old, column, was, value in self.changed(again):
            message = f"in an earlier release it meant {was}"
            hint = "an id is never reused: choose another"
            yield self.failure(old, column, "id-reused", value, message, hint)

    def redefined(self, before: str, reasons: Reasons) -> Iterator[Failure]:
        """Yield ids that mean something else than in the previous release."""
        unchanged = self.ledger[self.ledger["last_release"] == before]
        for one, column, was, value in self.changed(unchanged):
            if not reasons.own(self.name, column, one):
                message = f"in the previous release it meant {was}"
                hint = change_reasons.hint(self.name, column, one)
                yield self.failure(one, column, "id-meaning", value, message, hint)

    def changed(self, ledger: pd.DataFrame) -> Iterator[tuple[str, str, str, str]]:
        """Yield id, column, old and new value of every id with another meaning."""
        if self.name not in id_meanings.MEANING:
            return
        old = ledger[_among(ledger[self.column], self.ids)]
        new = self.now[_among(self.now[self.column], old[self.column])]
        for entry in id_meanings.MEANING[self.name]:
            column = id_meanings.first(entry)
            for one in id_meanings.others(old, new, self.column, entry):
                values = [frame.loc[frame[self.column] == one, column] for frame in (old, new)]
                was, value = (texts(found.head(1))[0] for found in values)
                yield one, column, was, value

    def failure(
        self, one: str, column: str, rule: str, value: str, message: str, hint: str
    ) -> Failure:
        """Return a failure at the row that has an id."""
        row = self.now[self.now[self.column] == one].head(1)
        key = keys(row, model.table(self.name))[0]
        return Failure(self.name, int(row.index[0]), key, column, rule, value, message, hint)


def _moved(table: _IdTable, reasons: Reasons) -> Iterator[Failure]:
    """Yield bases whose point moved by more than `MOVED_KM`."""
    columns = [table.column, "longitude", "latitude"]
    known = table.ledger.dropna(subset=columns).merge(
        table.now[columns].dropna(), on=table.column, suffixes=("", "_now")
    )
    known["km"] = id_meanings.apart(known)
    for row in known[known["km"] > MOVED_KM].to_dict("records"):
        one = row[table.column]
        if not reasons.own(table.name, "latitude", one):
            where = f"{row['latitude_now']}, {row['longitude_now']}"
            message = f"its point moved by {row['km']:,.0f} km"
            hint = change_reasons.hint(table.name, "latitude", one)
            yield table.failure(one, "latitude", "id-meaning", where, message, hint)


def _parties(content: Tables, before: Release, reasons: Reasons) -> Iterator[Failure]:
    """Yield agreements that lost a party: without it, it is another agreement."""
    name, columns = "agreement_parties", ["agreement_id", "party"]
    if not before.has(name):
        return
    old = arrow.frame(before.rows(name, columns=columns))
    old = old[old["agreement_id"].isin(content["agreements"]["agreement_id"])]
    compared = old.merge(content[name][columns], how="left", indicator=True)
    gone = compared[compared["_merge"] != "both"]
    for agreement, party in zip(gone["agreement_id"], gone["party"], strict=True):
        if not reasons.own(name, "party", f"{agreement}|{party}"):
            key = f"{agreement}|{party}"
            message = f"{party} was a party to {agreement} in the previous release, and is not now"
            hint = change_reasons.hint(name, "party", key)
            yield Failure(name, None, key, "party", "id-meaning", party, message, hint)


def _without_ids(content: Tables) -> Iterator[Failure]:
    """Yield redirects of tables whose rows have no ids of their own."""
    redirects = content[REDIRECTS]
    known = id_columns()
    for position, row in redirects[~redirects["table"].isin(list(known))].iterrows():
        hint = f"one of {', '.join(sorted(known))}"
        key = f"{row['table']}|{row['old_id']}"
        message = "not a table with ids of its own"
        yield Failure(
            REDIRECTS, int(str(position)), key, "table", "id-table", row["table"], message, hint
        )
