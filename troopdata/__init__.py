"""Foreign troop presence: deployments, bases and agreements, every figure with its source.

A row is one source's claim: who says how many of whose forces, counted how, were where, when.
A best estimate is derived from claims by a written rule and never replaces them.

>>> import troopdata as td
>>> td.presence(sender="USA", host="Niger", years=2015, basis="permanently_assigned").state.item()
'unknown'

The names below load what they need when they are first used: importing this package imports
neither pandas nor pyarrow.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

# name -> module that defines it
HOMES = {
    "AmbiguousCountry": "errors",
    "IncompatibleError": "errors",
    "IntegrityError": "errors",
    "Invalid": "errors",
    "ManifestError": "errors",
    "NetworkError": "errors",
    "StorageError": "errors",
    "TroopdataError": "errors",
    "UnknownCode": "errors",
    "UnknownColumn": "errors",
    "UnknownCountry": "errors",
    "UnknownRelease": "errors",
    "UnknownTable": "errors",
    "UsageError": "errors",
    "active": "asof",
    "agreements": "reading",
    "apply": "patch",
    "bases": "reading",
    "check": "audit",
    "cite": "citation",
    "codes": "coding",
    "countries": "catalogue",
    "country": "catalogue",
    "data_version": "release",
    "deployments": "reading",
    "describe": "catalogue",
    "diff": "comparison",
    "events": "reading",
    "exercises": "drills",
    "explain": "reasons",
    "fetch": "fetching",
    "known": "catalogue",
    "load": "catalogue",
    "operations": "catalogue",
    "presence": "answers",
    "releases": "fetching",
    "scan": "catalogue",
    "sources": "catalogue",
    "sources_of": "citation",
    "spending": "reading",
    "tables": "catalogue",
    "tenancies": "reading",
    "validate": "audit",
    "verify": "release",
}

# Packages within the package, loaded when they are first used.
PARTS = ("geo", "plot")

__all__ = ["__version__", *HOMES, *PARTS]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name in PARTS:
        return importlib.import_module(f"troopdata.{name}")
    if name not in HOMES:
        raise AttributeError(f"module 'troopdata' has no attribute {name!r}")
    module = importlib.import_module(f"troopdata.{HOMES[name]}")
    value = getattr(module, name)
    # No module may bear a public name: importing it would put the module in the name's place.
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
