"""The documentation as a site: it builds, its links resolve, and it loads nothing remote."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import pytest

import troopdata as td

# Search phrase -> pages, one of which must be among the first three results.
SOUGHT = {
    "status of forces": {"questions.html", "data-model.html", "tour.html"},
    "Agadez": {"questions.html", "tour.html"},
    "what does DMDC count": {"questions.html", "data-model.html"},
}
# Attributes by which a page loads something, in contrast to links that a reader may follow.
LOADS = {
    "script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src",
    "link": "href", "object": "data",
}  # fmt: skip
PASSIVE = {"canonical", "next", "prev", "edit", "alternate"}


class Page(HTMLParser):
    """The ids of a page, the links in it, and what it loads."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        passive = bool(PASSIVE & set(given.get("rel", "").split()))
        if tag in LOADS and LOADS[tag] in given and not passive:
            self.loads.append(given[LOADS[tag]])


@pytest.fixture(scope="module")
def site(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("mkdocs")
    made = tmp_path_factory.mktemp("site")
    quiet = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    # These proxies do not exist, so a build that uses the network fails.
    quiet |= {"https_proxy": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", made],
        cwd=root, env=quiet, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return made


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path) for path in site.rglob("*.html")}


def test_every_link_within_the_site_resolves(site: Path, pages: dict[Path, Page]) -> None:
    broken = []
    for path, page in pages.items():
        for link in page.links + page.loads:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or path.name == "404.html":
                continue
            found = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            found = found / "index.html" if found.is_dir() else found
            ids = pages[found].ids | {"", "__search"} if found in pages else {parts.fragment}
            if not found.is_file() or unquote(parts.fragment) not in ids:
                broken.append(f"{path.relative_to(site)}: {link}")
    assert broken == []


def test_no_page_loads_anything_remote(site: Path, pages: dict[Path, Page]) -> None:
    outside = re.compile(r"^(?:[a-z]+:)?//", re.IGNORECASE)
    for path, page in pages.items():
        assert [asset for asset in page.loads if outside.match(asset)] == [], path
    for path in site.rglob("*.css"):
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"url\(\s*[\"']?(?:https?:)?//|@import", text) == [], path


def test_every_public_name_and_command_is_in_the_site(pages: dict[Path, Page], site: Path) -> None:
    from typer.main import get_command

    from troopdata.cli.app import app

    names = pages[site / "reference" / "python.html"].ids
    parts = ("geo", "plot")
    dotted = {f"troopdata.{name}" for name in td.__all__ if name not in parts}
    for part in parts:
        dotted |= {f"troopdata.{part}.{name}" for name in getattr(td, part).__all__}
    assert dotted <= names
    commands = pages[site / "reference" / "command-line.html"].ids
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        below = getattr(command, "commands", None)
        assert ({f"{name}-{one}" for one in below} if below else {name}) <= commands


def test_every_notebook_is_a_page_and_can_be_downloaded(site: Path, root: Path) -> None:
    for path in (root / "docs" / "notebooks").glob("*.ipynb"):
        page = (site / "notebooks" / f"{path.stem}.html").read_text(encoding="utf-8")
        assert f'href="{path.name}"' in page
        figures = path.read_text(encoding="utf-8").count('"image/png"')
        assert page.count("data:image/png;base64,") == figures


@pytest.mark.parametrize("phrase", SOUGHT)
def test_the_search_index_holds_what_readers_look_for(site: Path, phrase: str) -> None:
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    words = phrase.lower().split()
    found = {
        entry["location"].partition("#")[0]
        for entry in index["docs"]
        if all(word in f"{entry['title']} {entry['text']}".lower() for word in words)
    }
    assert found & SOUGHT[phrase]
    titles = [entry["title"].lower() for entry in index["docs"]]
    assert any(all(word in title for word in words) for title in titles)


@pytest.mark.parametrize("phrase", SOUGHT)
def test_the_search_finds_it_in_a_browser_without_a_server(
    site: Path, phrase: str, tmp_path: Path
) -> None:
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("chromium is missing: only the search index is tested")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    options += ["--disable-component-update", "--disable-sync", "--no-first-run", "--disable-quic"]
    done = subprocess.run(
        [
            browser, *options, f"--user-data-dir={tmp_path}", "--virtual-time-budget=8000",
            "--dump-dom", f"{(site / 'index.html').as_uri()}?q={quote(phrase)}",
        ],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    hits = re.findall(r'<a href="([^"]*)" class="md-search-result__link"', done.stdout)
    found = list(dict.fromkeys(Path(urlsplit(hit).path).name for hit in hits))
    assert SOUGHT[phrase] & set(found[:3]), found
