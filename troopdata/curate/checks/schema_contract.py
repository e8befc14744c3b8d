"""Compare the schemas with their last version, and check that the number covers what changed.

``schemas/history/VERSION.json`` holds what each version promised: the tables with their columns,
keys and units, and the codes. A column is removed only after it was deprecated in two minor
versions and for half a year.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from troopdata.errors import Failure
from troopdata.release.loader import canonical_json
from troopdata.schemas import dates, model

__all__ = ["Bump", "check", "differences", "promised", "record", "required"]

Bump = Literal["major", "minor", "patch"]
Promise = Mapping[str, Any]
Difference = tuple[Bump, str]

SIZES: Mapping[Bump, int] = {"patch": 0, "minor": 1, "major": 2}
MINORS, DAYS = 2, 180
# A reader of the narrower type can read those values of the wider type that it knew.
WIDER = {("integer", "number"), ("integer", "string"), ("boolean", "string"), ("date", "string")}


def promised() -> dict[str, Any]:
    """Return what the present schemas promise."""
    return {
        "schema_version": model.schema_version(),
        "tables": {name: _table(model.table(name)) for name in model.tables()},
        "vocabularies": {
            name: {"closed": known.closed, "codes": list(known.codes)}
            for name, known in model.vocabularies().items()
        },
    }


def _table(table: model.Table) -> dict[str, Any]:
    return {
        "key": list(table.primary_key),
        "columns": [
            {
                "name": item.name,
                "type": item.type,
                "required": item.required,
                "unit": item.unit,
                "vocabulary": item.vocabulary.name if item.vocabulary else "",
                "country": item.country,
                "separator": item.separator,
                "description": item.description,
                "constraints": dict(item.constraints),
                **({"deprecated": item.deprecated} if item.deprecated else {}),
            }
            for item in table.fields
        ],
        "rules": [rule.name for rule in table.rules],
        "title": table.title,
        "grain": table.grain,
    }


def differences(old: Promise, new: Promise) -> list[Difference]:
    """Return each difference of two promises, with the smallest version step that it needs."""
    found = [*_tables(old["tables"], new["tables"])]
    found += _vocabularies(old["vocabularies"], new["vocabularies"])
    return found


def _tables(old: Promise, new: Promise) -> Iterator[Difference]:
    for name in old.keys() - new.keys():
        yield "major", f"table {name} is gone"
    for name in new.keys() - old.keys():
        yield "minor", f"table {name} is new"
    for name in sorted(old.keys() & new.keys()):
        if old[name]["key"] != new[name]["key"]:
            yield "major", f"{name} has another key"
        if old[name]["rules"] != new[name]["rules"]:
            yield "minor", f"{name} has other rules"
        if any(old[name][word] != new[name][word] for word in ("title", "grain")):
            yield "patch", f"{name} has another description"
        yield from _columns(name, old[name]["columns"], new[name]["columns"])


def _columns(table: str, old: list[Promise], new: list[Promise]) -> Iterator[Difference]:
    before = {column["name"]: column for column in old}
    after = {column["name"]: column for column in new}
    for name in before.keys() - after.keys():
        yield "major", f"{table}.{name} is gone"
    kept = [name for name in before if name in after]
    if kept != [name for name in after if name in before]:
        yield "major", f"columns of {table} are in another order"
    for place, (name, column) in enumerate(after.items()):
        if name in before:
            yield from _column(f"{table}.{name}", before[name], column)
        elif column["required"]:
            yield "major", f"{table}.{name} is new and required"
        elif place < len(kept):
            yield "major", f"{table}.{name} is new and does not come last"
        else:
            yield "minor", f"{table}.{name} is new"


def _column(name: str, old: Promise, new: Promise) -> Iterator[Difference]:
    if old["type"] != new["type"]:
        wider = (old["type"], new["type"]) in WIDER
        yield "minor" if wider else "major", f"{name} is a {new['type']}, and was a {old['type']}"
    if old["required"] and not new["required"]:
        yield "major", f"{name} may be empty"
    elif new["required"] and not old["required"]:
        yield "minor", f"{name} is never empty"
    for word in ("unit", "vocabulary", "country", "separator"):
        if old[word] != new[word]:
            yield "major", f"{name} has another {word}"
    limits = [
        {k: v for k, v in one["constraints"].items() if k != "required"} for one in (old, new)
    ]
    if limits[0] != limits[1]:
        yield "minor", f"{name} has other limits"
    if old.get("deprecated") != new.get("deprecated"):
        since = f"deprecated since {new['deprecated']}" if "deprecated" in new else "to stay"
        yield "minor", f"{name} is {since}"
    if old["description"] != new["description"]:
        yield "patch", f"{name} has another description"


def _vocabularies(old: Promise, new: Promise) -> Iterator[Difference]:
    for name in old.keys() - new.keys():
        yield "major", f"vocabulary {name} is gone"
    for name in sorted(old.keys() & new.keys()):
        for code in [code for code in old[name]["codes"] if code not in new[name]["codes"]]:
            yield "major", f"{name} no longer has code {code}"
        for code in [code for code in new[name]["codes"] if code not in old[name]["codes"]]:
            yield "major" if old[name]["closed"] else "minor", f"{name} has a new code {code}"
        if old[name]["closed"] != new[name]["closed"]:
            yield "major", f"{name} is {'closed' if new[name]['closed'] else 'open'} now"


def required(found: list[Difference]) -> Bump | None:
    """Return the smallest version step that differences need; None if there are none."""
    return max((step for step, _ in found), key=lambda step: SIZES[step], default=None)


def check(folder: Path, day: dt.date) -> list[Failure]:
    """Return changes that the version number does not announce, and columns removed too early.

    Parameters
    ----------
    folder : pathlib.Path
        The folder ``schemas/history``.
    day : datetime.date
        The day of the release or of the check.
    """
    now = promised()
    history = _history(folder, now["schema_version"])
    if not history:
        return []
    last = history[-1]
    return [*_unannounced(last, now), *_too_early(history, now, day)]


def _unannounced(last: Promise, now: Promise) -> list[Failure]:
    """Return the changes that need a larger version step than was taken."""
    found = differences(last, now)
    step = required(found)
    if step is None or _steps(last["schema_version"], now["schema_version"], step):
        return []
    hint = f"{last['schema_version']} needs a {step} step in schemas/contract.json"
    value = now["schema_version"]
    return [
        Failure("schemas/contract.json", None, "", "schema_version", "bump", value, message, hint)
        for needed, message in found
        if needed == step
    ]


def _too_early(history: list[Promise], now: Promise, day: dt.date) -> Iterator[Failure]:
    """Yield each column that was removed without deprecation, or too soon after it."""
    hint = f"""give it "deprecated": "DAY" for {MINORS} minor versions and {DAYS} days first"""
    kept = _deprecated(now).keys()
    for name, since in _deprecated(history[-1]).items():
        if name in kept:
            continue
        minors = {
            _parts(one["schema_version"])[:2] for one in history if _deprecated(one).get(name)
        }
        days = (day - dates.parse(since)).days if since else 0
        if len(minors) < MINORS or days < DAYS:
            message = f"is gone, deprecated in {len(minors)} minor versions and for {days} days"
            file = f"schemas/{name.split('.')[0]}.json"
            yield Failure(file, None, "", name, "deprecation", since, message, hint)


def _deprecated(promise: Promise) -> dict[str, str]:
    """Return every column with the day of its deprecation, or ""."""
    return {
        f"{name}.{column['name']}": column.get("deprecated", "")
        for name, table in promise["tables"].items()
        for column in table["columns"]
    }


def _history(folder: Path, version: str) -> list[Promise]:
    """Return the promises up to a version, in order; the last is its own, if recorded."""
    paths = [path for path in folder.glob("*.json") if _parts(path.stem) <= _parts(version)]
    return [
        json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(paths, key=lambda path: _parts(path.stem))
    ]


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _steps(old: str, new: str, step: Bump) -> bool:
    """Return whether a version is at least that step above another."""
    place = 2 - SIZES[step]
    return _parts(new)[: place + 1] > _parts(old)[: place + 1]


def record(folder: Path) -> Path:
    """Record what this version promises; a recorded promise is never rewritten."""
    from troopdata.io import csv_writer

    now = promised()
    path = folder / f"{now['schema_version']}.json"
    if not path.exists():
        csv_writer.replace(path, canonical_json(now))
    return path
