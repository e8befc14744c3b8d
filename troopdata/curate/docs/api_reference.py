"""Generate the page with the Python reference from the public names."""

from __future__ import annotations

import inspect
from types import ModuleType

import troopdata
from troopdata.curate.docs.markdown import table

__all__ = ["GROUPS", "interface"]

# A reader's purpose -> the names that serve it, in the order of use. A public name that is in none
# of them is an error, or comes under "More".
GROUPS = {
    "Explore": ("tables", "describe", "load", "scan", "data_version"),
    "The tables, filtered": (
        "deployments", "bases", "tenancies", "agreements", "events", "operations", "spending",
        "exercises", "sources", "countries",
    ),
    "Best estimates": ("presence", "explain", "coverage"),
    "Countries and codes": ("country", "codes"),
    "Time": ("active", "known", "diff", "apply"),
    "Cite": ("cite", "sources_of"),
    "Check": ("validate", "schema", "check", "verify", "releases", "fetch"),
}  # fmt: skip

HEAD = """\
# Python

Every public name of `troopdata`. `troopdata handbook` generates this page from the docstrings.
Filters are keyword arguments and mean the same everywhere: `sender` and `host` take a code, a
name, a region, a COW number or a list of these; `on` takes a day.
"""


def interface() -> str:
    """Return the page: every public name, in groups, with the first line of its docstring."""
    named = {name for names in GROUPS.values() for name in names}
    names = {name: getattr(troopdata, name) for name in troopdata.__all__}
    packages = [name for name, value in names.items() if inspect.ismodule(value)]
    errors = [name for name, value in names.items() if _is_error(value)]
    more = [name for name in names if name not in {*named, *errors, *packages}]
    parts = [HEAD.rstrip()]
    parts += [_group(troopdata, lead, names) for lead, names in GROUPS.items()]
    parts += [_group(troopdata, "More", more)] if more else []
    for name in packages:
        parts.append(_group(names[name], f"troopdata.{name}", list(names[name].__all__)))
    parts.append(_group(troopdata, "Errors", errors))
    return "\n\n".join(parts) + "\n"


def _is_error(value: object) -> bool:
    return inspect.isclass(value) and issubclass(value, Exception)


def _group(module: ModuleType, lead: str, names: list[str] | tuple[str, ...]) -> str:
    """Return a section: a table of names and summaries, then the full docstring of each."""
    dotted = [f"{module.__name__}.{name}" for name in names]
    rows = [
        [f"[`{path.replace('troopdata', 'td')}`][{path}]", _summary(getattr(module, name))]
        for path, name in zip(dotted, names, strict=True)
    ]
    return "\n\n".join(
        [f"## {lead}", table(["name", "what it does"], rows), *(f"::: {path}" for path in dotted)]
    )


def _summary(value: object) -> str:
    return " ".join((inspect.getdoc(value) or "").split("\n\n")[0].split())
