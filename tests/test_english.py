"""The English of code, messages and pages: words and turns that read as translated are refused.

The schemas, vocabularies and facts are data and are not read here. Neither is what a snippet of a
page prints: its text is checked where the program that prints it is.
"""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Generated from the docstrings, which are checked, and from the schemas, which are data.
GENERATED = ROOT / "docs" / "reference"


class Ban(NamedTuple):
    """A pattern, a sentence that it refuses, one that it lets pass, and what to write."""

    pattern: str
    refuses: str
    passes: str
    instead: str


BANS = [
    Ban(r"\btold\b", "The source is told once.", "a tollbooth", "named, said, reported"),
    Ban(r"\bheard\b", "every claim that was heard", "unheard", "considered"),
    Ban(r"\bat hand\b", "the tables at hand", "at handover", "current, available, or nothing"),
    Ban(
        r"\bstands?\b(?!-| (?:for|in for|out|alone)\b)",
        "where the figure stands",
        "a code stands for a country; standing orders; stand-in; understand",
        "is, appears, is written",
    ),
    Ban(
        r"\b(?:speaks?|spoke|spoken|speakers?)\b",
        "the first basis speaks",
        "a spokesperson; bespoke",
        "is chosen, is used",
    ),
    Ban(r"\bvoices?\b", "the voices of a dyad", "an invoice", "claims"),
    Ban(r"\bwho(?:so)?m?ever\b", "whoever asks for it", "however", "anyone who"),
    Ban(
        r"(?<!there )\b(?:is|are|was|were) no (?!(?:longer|more|less|fewer|better|worse|different"
        r"|doubt|\w+er than)\b)[a-z{$]",
        "A ceiling is no count.",
        "There is no count. It is no longer open, is no more than 5, is no older than that.",
        "is not a",
    ),
    Ban(
        r"\bof (?:(?:no|any|some|every)body['\u2019]s|ours|theirs)\b",
        "codes of nobody's",
        "some of our codes",
        "our, their, unknown",
    ),
    Ban(r"\bnone of ours?\b", "none of our codes", "none of the codes", "not one of, unknown"),
    Ban(r"\bbesides\b", "besides, it is open", "a base beside a road", "as well, in addition"),
    Ban(r"\balike\b", "described alike", "likely", "the same, both"),
    Ban(
        r"\bwhat (?:is|was) (?:asked|sought|wanted)\b",
        "what is asked of the data",
        "it says what was printed",
        "the question, the query",
    ),
    Ban(
        r"\bruns? backwards\b", "years run backwards", "read it backwards", "ends before it starts"
    ),
    Ban(r"\binmate\b", "the inmate parses it", "an intimate knowledge", "the child process"),
]

# Words that no name of a function, class or variable may have.
NAMES = frozenset(
    [
        "told",
        "heard",
        "speak",
        "speaks",
        "spoken",
        "speaker",
        "speakers",
        "voice",
        "voices",
        "crowd",
        "crowds",
        "planted",
        "shelf",
        "shelves",
        "stretch",
        "stretches",
        "inmate",
        "whoever",
        "alike",
    ]
)

# Public names that keep a banned word, and why. In running text they are in quotes or backticks.
PUBLIC = {"speaks": "a column of what td.explain returns"}

# Lines that keep a banned word: the text of the line, stripped, and why.
ALLOWED: dict[str, str] = {}


class Found(NamedTuple):
    """Where a banned word is, and what to write instead."""

    line: int
    text: str
    instead: str


def files() -> list[Path]:
    """Return every file whose English is ours."""
    found = [ROOT / name / "README.md" for name in ("", "schemas", "datasets")]
    for folder, suffixes in (
        ("troopdata", {".py", ".pyi", ".js", ".html", ".css"}),
        ("docs", {".md", ".ipynb", ".py"}),
    ):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in suffixes and GENERATED not in path.parents:
                found.append(path)
    return found


def passages(path: Path) -> Iterator[tuple[int, str]]:
    """Yield each piece of running text in a file, with the number of its first line."""
    text = path.read_text(encoding="utf-8")
    if path.suffix in {".py", ".pyi"}:
        yield from of_python(text)
    elif path.suffix == ".ipynb":
        for number, cell in enumerate(json.loads(text)["cells"], start=1):
            yield number, "".join(cell["source"])
    elif path.suffix == ".md":
        yield 1, without_output(text)
    else:
        yield 1, re.sub(r"^\s*(?://|/?\*+/?)", "", text, flags=re.MULTILINE)


def of_python(text: str) -> Iterator[tuple[int, str]]:
    """Yield the strings and the comments of a module; comments on adjoining lines are one."""
    tree = ast.parse(text)
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)
             for part in node.values}  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield (
                node.lineno,
                "".join(
                    str(part.value) if isinstance(part, ast.Constant) else "{}"
                    for part in node.values
                ),
            )
        elif (
            isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts
        ):
            yield node.lineno, node.value
    first, block = 0, [""]
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            if token.start[0] != first + len(block):
                yield first, "\n".join(block)
                first, block = token.start[0], []
            block.append(token.string.lstrip("#"))
    yield first, "\n".join(block)


def without_output(text: str) -> str:
    """Blank what the snippets of a page print, and keep the numbers of the lines."""
    kept, inside = [], False
    for line in text.split("\n"):
        if line.startswith("```"):
            inside = line.startswith("```python") and not inside
        printed = inside and not line.startswith((">>>", "..."))
        kept.append("" if printed and ">>>" in text else line)
    return "\n".join(kept)


def prose_faults(text: str, first: int = 1) -> Iterator[Found]:
    """Yield the banned words of a text, also where they are on two lines."""
    stripped = "\n".join(line.strip() for line in text.split("\n"))
    for ban in BANS:
        spaced = ban.pattern.replace(" ", r"\s")
        for match in re.finditer(spaced, stripped, re.IGNORECASE):
            quoted = match.start() == 0 or stripped[match.start() - 1] in "`.\"'"
            if match.group() in PUBLIC and quoted:
                continue
            at = stripped.count("\n", 0, match.start())
            yield Found(first + at, match.group().replace("\n", " "), ban.instead)


def words(name: str) -> set[str]:
    """Return the words of an identifier, in small letters."""
    return {part.lower() for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def names(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the names in a module or a script, with the line of each."""
    text = path.read_text(encoding="utf-8")
    if path.suffix in {".py", ".pyi"}:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.NAME:
                yield token.start[0], token.string
    elif path.suffix == ".js":
        for number, line in enumerate(text.split("\n"), start=1):
            yield from ((number, name) for name in re.findall(r"[A-Za-z]\w*", line.split("//")[0]))


def name_faults(path: Path) -> Iterator[Found]:
    """Yield the first line of each name that has a banned word."""
    seen = set()
    for line, name in names(path):
        if name not in seen and name not in PUBLIC and words(name) & NAMES:
            seen.add(name)
            yield Found(line, name, "a name that says what it holds")


def faults(path: Path) -> list[Found]:
    """Return everything in a file that is to be written otherwise."""
    lines = path.read_text(encoding="utf-8").split("\n")
    found = {fault for first, text in passages(path) for fault in prose_faults(text, first)}
    prose = {(fault.line, fault.text) for fault in found}
    found |= {fault for fault in name_faults(path) if (fault.line, fault.text) not in prose}
    return sorted(fault for fault in found if lines[fault.line - 1].strip() not in ALLOWED)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", files(), ids=name_of)
def test_a_file_is_in_plain_english(path: Path) -> None:
    listed = [
        f"{name_of(path)}:{fault.line}: {fault.text!r}; write {fault.instead}"
        for fault in faults(path)
    ]
    assert not listed, "\n".join(listed)


@pytest.mark.parametrize("ban", BANS, ids=lambda ban: ban.pattern[:30])
def test_a_pattern_refuses_its_example_and_nothing_near_it(ban: Ban) -> None:
    spaced = re.compile(ban.pattern.replace(" ", r"\s"), re.IGNORECASE)
    assert spaced.search(ban.refuses)
    assert spaced.search(ban.refuses.replace(" ", "\n"))
    assert spaced.search(ban.refuses.upper())
    assert not spaced.search(ban.passes)


@pytest.mark.parametrize(
    ("code", "line", "text"),
    [
        ('"""A module.\n\nIt is no\n    code."""', 3, "is no c"),
        ("# a comment that\n# speaks\n", 2, "speaks"),
        ("x = 1\n\n# one\n\n# told\n", 5, "told"),
        ('y = f"{y!r} is no {y}"', 1, "is no {"),
        ('y = ("it is no "\n     "code")', 1, "is no c"),
        ("def spoken_for(x): pass", 1, "spoken_for"),
        ("class ClaimVoices: pass", 1, "ClaimVoices"),
        ("if x:\n    told = 1\n    told = 2", 2, "told"),
    ],
)
def test_strings_comments_and_names_of_code_are_read(
    tmp_path: Path, code: str, line: int, text: str
) -> None:
    path = tmp_path / "module.py"
    path.write_text(code, encoding="utf-8")
    assert [(fault.line, fault.text) for fault in faults(path)] == [(line, text)]


def test_pages_are_read_but_for_what_their_snippets_print(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    lines = ["It stands.", "", "```python", ">>> print(told)", "it stands", "", "```", "at", "hand"]
    page.write_text("\n".join(lines), encoding="utf-8")
    assert [(fault.line, fault.text) for fault in faults(page)] == [
        (1, "stands"),
        (4, "told"),
        (8, "at hand"),
    ]


def test_a_public_name_may_keep_its_word_in_quotes(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text('frame["speaks"]\nframe.speaks\n"`speaks` says whether one speaks"\n', "utf-8")
    assert [(fault.line, fault.text) for fault in faults(path)] == [(3, "speaks")]


def test_scripts_are_read(tmp_path: Path) -> None:
    script = tmp_path / "page.js"
    script.write_text(
        "// What is known at\n// hand.\nconst a = `${b} is no ${c}`;\nconst claimVoices = 1;\n",
        "utf-8",
    )
    assert [(fault.line, fault.text) for fault in faults(script)] == [
        (1, "at hand"),
        (3, "is no $"),
        (4, "claimVoices"),
    ]


def test_every_exception_is_in_use_and_has_a_reason() -> None:
    there = {
        line.strip() for path in files() for line in path.read_text(encoding="utf-8").split("\n")
    }
    assert set(ALLOWED) <= there
    assert all([*ALLOWED.values(), *PUBLIC.values()])


def test_the_page_for_contributors_names_the_words() -> None:
    page = (ROOT / "docs" / "contributing.md").read_text(encoding="utf-8")
    assert "tests/test_english.py" in page
