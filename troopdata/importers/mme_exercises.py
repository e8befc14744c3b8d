"""Multinational Military Exercises, version 7 (D'Orazio and Galambos, doi 10.7910/DVN/KHFODX).

Published layout: one row for each exercise, 1980 to 2010. ``MMEID``, ``Ex_Name``, ``Series_Name``,
``Location``, ``lat`` and ``lon``; ``StartDate`` and ``EndDate`` as ``m/d/yy`` or ``yyyy-mm-xx``,
with their parts in ``s.year`` ... ``e.day`` (``xx`` is an unknown day); the flags ``CPX`` (command
post exercise), ``Air`` ... ``Cyber``, ``Warfighting`` ... ``Humanitarian``; two columns of prose;
then one column for each participant, ``StateA`` to ``StateAM``. ``-9`` is missing. Three numbers
are given to two exercises each.

Of the prose only a bare ``NATO`` in ``AdditionalParticipantInfo`` is imported.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from operator import itemgetter

from troopdata.errors import Failure, Invalid, TroopdataError
from troopdata.importers.series import Row, Rows, Series, SeriesFile
from troopdata.importers.table_rows import blank, dated, distinct

__all__ = ["MmeExercises"]

SOURCE = "mme-v7"
PUBLISHED = "exercises/mme_v7.csv"
MISSING = ("", "-9")
DOMAINS = {"Air": "air", "Land": "land", "Sea": "sea", "Amphibious": "amphibious", "Cyber": "cyber"}
FOCUSES = {
    "Warfighting": "warfighting",
    "Peacekeeping": "peacekeeping",
    "Humanitarian": "humanitarian",
    "CPX": "command_post",
}
# `_exercise` puts the other parts of a date, and the other flags, beside the column named here.
EXERCISES = {
    "exercise_id": "MMEID",
    "mme_id": "MMEID",
    "name": "Ex_Name",
    "series": "Series_Name",
    "location": "Location",
    "latitude": "lat",
    "longitude": "lon",
    "started": "s.year",
    "ended": "e.year",
    "domains": "Air",
    "focuses": "Warfighting",
}
TEXTS = ("name", "series", "location", "latitude", "longitude")
ORGANISATION = "AdditionalParticipantInfo"
PARTICIPANTS = {"exercise_id": "MMEID", "column": "StateA", "country": "StateA"}
EXERCISE_FILE = SeriesFile(
    "exercises.csv",
    PUBLISHED,
    EXERCISES,
    itemgetter(*EXERCISES),
    ("s.month", "s.day", "e.month", "e.day", *DOMAINS, *FOCUSES),
)
PARTICIPANT_FILE = SeriesFile(
    "participants.csv", PUBLISHED, PARTICIPANTS, itemgetter("exercise_id"), (ORGANISATION,)
)

# What `corrections.csv` puts in place of a printed value, by exercise and column.
Corrected = Mapping[tuple[str, str], str]


class MmeExercises(Series):
    """Exercises of several countries, and who took part."""

    name = "mme"
    files = (EXERCISE_FILE, PARTICIPANT_FILE)

    def records(self, file: SeriesFile, published: Iterable[Row]) -> Iterator[Row]:
        """Yield the rows of either file, which share ids; the second of one number has ``-2``."""
        rows = list(published)
        ids = distinct(f"mme-{row['MMEID'].removeprefix('mme')}" for row in rows)
        for key, row in zip(ids, rows, strict=True):
            if file is EXERCISE_FILE:
                yield _exercise(key, row)
            else:
                yield from _participants(key, row)

    def check(self) -> list[Failure]:
        """Return the corrections that expect another value than the series prints."""
        printed = {
            (row["exercise_id"], column): cell
            for row in self.read(EXERCISE_FILE.name)
            for column, cell in row.items()
        }
        for row in self.read(PARTICIPANT_FILE.name):
            printed[row["exercise_id"], row["column"]] = row["country"]
        return self.stale_corrections(lambda row: {printed.get((row["row"], row["column"]), "")})

    def tables(self) -> Rows:
        """Return the rows of exercises, exercise_participants, sources and corrections.

        Raises
        ------
        Invalid
            With every participant that is not the name of a country on that day.
        """
        corrections = self.read("corrections.csv")
        corrected = {(row["row"], row["column"]): row["corrected"] for row in corrections}
        exercises = self.read(EXERCISE_FILE.name)
        for row in exercises:
            for column in ("started", "ended"):
                row[column] = corrected.get((row["exercise_id"], column), row[column])
        times = Counter(row["mme_id"] for row in exercises)
        started = {row["exercise_id"]: row["started"] for row in exercises}
        return {
            "exercises": [_row(row, shared=times[row["mme_id"]] > 1) for row in exercises],
            "exercise_participants": self._countries(started, corrected),
            "sources": self.read("sources.csv"),
            "corrections": corrections,
        }

    def _countries(self, started: Mapping[str, str], corrected: Corrected) -> list[Row]:
        """Return each country once for an exercise: the source repeats some."""
        found: set[tuple[str, str]] = set()
        failures: list[Failure] = []
        for line, row in self.lines(PARTICIPANT_FILE.name):
            key, name = row["exercise_id"], row["country"]
            try:
                # A correction may name several countries where the source prints one name.
                codes = corrected.get((key, row["column"]), "").split(";")
                if codes == [""]:
                    day = dt.date.fromisoformat(dated("started", started[key])["started"])
                    codes = [self.countries.resolve(name, on=day)]
                found.update((key, code) for code in codes)
            except TroopdataError as error:
                path = str(self.folder / PARTICIPANT_FILE.name)
                place = (path, line, key, "country", "country", name)
                failures.append(Failure(*place, error.message, error.hint))
        if failures:
            raise Invalid(failures)
        return [{"exercise_id": key, "country": code} for key, code in sorted(found)]


def _exercise(key: str, published: Row) -> Row:
    return {
        "exercise_id": key,
        "mme_id": published["MMEID"],
        **{name: _text(published[EXERCISES[name]]) for name in TEXTS},
        "started": _date(published, "s"),
        "ended": _date(published, "e"),
        "domains": _flags(published, DOMAINS),
        "focuses": _flags(published, FOCUSES),
    }


def _participants(key: str, published: Row) -> Iterator[Row]:
    """Yield every participant with the column that it is printed in."""
    for column, cell in published.items():
        if column.startswith("State") and _text(cell):
            yield {"exercise_id": key, "column": column, "country": _text(cell)}
    if _text(published[ORGANISATION]) == "NATO":
        yield {"exercise_id": key, "column": ORGANISATION, "country": "NATO"}


def _text(cell: str) -> str:
    """Return a cell with single spaces; nothing where it is missing."""
    text = " ".join(cell.split())
    return "" if text in MISSING else text


def _date(published: Row, part: str) -> str:
    """Return ``1980-01-14``, or ``1980-01`` where the day is unknown."""
    year, month, day = (published[f"{part}.{name}"] for name in ("year", "month", "day"))
    text = f"{int(year):04d}-{int(month):02d}"
    return text if day == "xx" else f"{text}-{int(day):02d}"


def _flags(published: Row, codes: Mapping[str, str]) -> str:
    return ";".join(code for column, code in codes.items() if published[column] == "1")


def _row(row: Row, *, shared: bool) -> Row:
    """Return a row of `exercises`; `shared` if the source gives its number to another as well."""
    notes = [] if row["name"] else ["The source gives no name."]
    notes += [f"The source gives the number {row['mme_id']} to two exercises."] if shared else []
    where = f" ({row['location']})" if row["location"] else ""
    same = ("exercise_id", "series", "location", "latitude", "longitude", "domains", "focuses")
    cells = {
        **{name: row[name] for name in same},
        "name": row["name"] or f"Unnamed exercise{where}",
        **dated("started", row["started"]),
        **dated("ended", row["ended"]),
        "source_id": SOURCE,
        "note": " ".join(notes),
    }
    return blank("exercises", cells)
