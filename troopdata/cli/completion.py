"""Complete the word being typed in a shell.

A shell calls this at every press of the tab key, so it must be fast: countries are read from the
release without pandas, everything else from the schemas.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable

import typer

__all__ = ["codes", "columns", "countries", "kinds", "one_of", "releases", "tables", "typed"]


def one_of(*words: str) -> Callable[[str], list[str]]:
    """Return a function that offers these words."""
    return lambda incomplete: _matching(words, incomplete)


def tables(incomplete: str) -> list[str]:
    """Offer table names."""
    from troopdata.schemas import model

    return _matching(model.tables(), incomplete)


def columns(ctx: typer.Context, incomplete: str) -> list[str]:
    """Offer the columns of the table on the command line, those with codes first."""
    from troopdata.schemas import model

    table = ctx.params.get("table")
    if table not in model.tables():
        return []
    fields = sorted(model.table(table).fields, key=lambda field: field.vocabulary is None)
    return _matching([field.name for field in fields], incomplete)


def codes(vocabulary: str) -> Callable[[str], list[str]]:
    """Return a function that offers the codes of a vocabulary."""

    def offered(incomplete: str) -> list[str]:
        from troopdata.schemas import model

        return _matching(model.vocabularies()[vocabulary].codes, incomplete)

    return offered


def kinds(ctx: typer.Context, incomplete: str) -> list[str]:
    """Offer the kinds of the table on the command line, or of all tables if none is given yet."""
    from troopdata.schemas import model

    named = ctx.params.get("table")
    words: dict[str, None] = {}
    for table in [named] if named in model.tables() else model.tables():
        for field in model.table(table).fields:
            if field.name == "kind" and field.vocabulary:
                words |= dict.fromkeys(field.vocabulary.codes)
    return _matching(words, incomplete)


def releases(incomplete: str) -> list[str]:
    """Offer the known releases, newest first."""
    from troopdata.release import manifest, repositories

    known = repositories.entries(repositories.local())
    return _matching(sorted(known, key=manifest.ordinal, reverse=True), incomplete)


def countries(incomplete: str) -> list[str]:
    """Offer countries by code, and also by name once a letter is typed."""
    from troopdata.release import loader

    rows = loader.opened().rows("countries", columns=["country", "name", "valid_to"]).to_pylist()
    now = [row for row in rows if row["valid_to"] is None]
    words = {row["country"] for row in now}
    if incomplete:
        words |= {typed(row["name"]) for row in now}
    # A shell discards completions that do not begin with the typed text, so keep its case.
    return _matching(sorted(map(str.lower, words) if incomplete.islower() else words), incomplete)


def typed(name: str) -> str:
    """Return a name as one word that needs no quotes and resolves like the name itself.

    Examples
    --------
    >>> typed("Côte d'Ivoire"), typed("Trinidad and Tobago")
    ('Cote-dIvoire', 'Trinidad-and-Tobago')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    words = "".join(
        character if character.isalnum() else " " for character in plain.translate(APOSTROPHES)
    )
    return "-".join(words.split())


# Removed without a hyphen: "Cote-dIvoire".
APOSTROPHES = str.maketrans("", "", "'.`")


def _matching(words: Iterable[str], incomplete: str) -> list[str]:
    return [word for word in words if word.startswith(incomplete)]
