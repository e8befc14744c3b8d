"""What a shell offers for a word that is being typed.

Nothing here may be slow: a shell asks at every press of the tab key. Countries are read from the
release without pandas; the rest stands in the schemas.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable

import typer

__all__ = ["codes", "columns", "countries", "kinds", "one_of", "releases", "tables", "typed"]


def one_of(*words: str) -> Callable[[str], list[str]]:
    """Return what offers a few words."""
    return lambda incomplete: _begun(words, incomplete)


def tables(incomplete: str) -> list[str]:
    """Offer the tables."""
    from troopdata.schemas import model

    return _begun(model.tables(), incomplete)


def columns(ctx: typer.Context, incomplete: str) -> list[str]:
    """Offer the columns of the table that was named, those first that have codes."""
    from troopdata.schemas import model

    table = ctx.params.get("table")
    if table not in model.tables():
        return []
    fields = sorted(model.table(table).fields, key=lambda field: field.vocabulary is None)
    return _begun([field.name for field in fields], incomplete)


def codes(vocabulary: str) -> Callable[[str], list[str]]:
    """Return what offers the codes of a vocabulary."""

    def offered(incomplete: str) -> list[str]:
        from troopdata.schemas import model

        return _begun(model.vocabularies()[vocabulary].codes, incomplete)

    return offered


def kinds(ctx: typer.Context, incomplete: str) -> list[str]:
    """Offer the kinds of the table that was named, or of all where the parser has not met it."""
    from troopdata.schemas import model

    named = ctx.params.get("table")
    words: dict[str, None] = {}
    for table in [named] if named in model.tables() else model.tables():
        for field in model.table(table).fields:
            if field.name == "kind" and field.vocabulary:
                words |= dict.fromkeys(field.vocabulary.codes)
    return _begun(words, incomplete)


def releases(incomplete: str) -> list[str]:
    """Offer the releases that are known here, newest first."""
    from troopdata.release import manifest, repositories

    known = repositories.entries(repositories.local())
    return _begun(sorted(known, key=manifest.ordinal, reverse=True), incomplete)


def countries(incomplete: str) -> list[str]:
    """Offer countries by code, and by name once a letter of it is typed."""
    from troopdata.release import loader

    rows = loader.opened().rows("countries", columns=["country", "name", "valid_to"]).to_pylist()
    now = [row for row in rows if row["valid_to"] is None]
    words = {row["country"] for row in now}
    if incomplete:
        words |= {typed(row["name"]) for row in now}
    # In the case that is typed: a shell takes only what goes on from there.
    return _begun(sorted(map(str.lower, words) if incomplete.islower() else words), incomplete)


def typed(name: str) -> str:
    """Return a name as one word that needs no quotes; it is looked up like the name itself.

    Examples
    --------
    >>> typed("Côte d'Ivoire"), typed("Trinidad and Tobago")
    ('Cote-dIvoire', 'Trinidad-and-Tobago')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    parted = "".join(sign if sign.isalnum() else " " for sign in plain.translate(JOINING))
    return "-".join(parted.split())


JOINING = str.maketrans("", "", "'.`")


def _begun(words: Iterable[str], incomplete: str) -> list[str]:
    return [word for word in words if word.startswith(incomplete)]
