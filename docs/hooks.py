"""Hooks of the mkdocs build: turn each notebook, with its stored output, into a page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Insert the notebooks into the table of contents, after the tour."""
    pages = [{_title(path): _name(path)} for path in _notebooks(config)]
    if pages and config.nav is not None:
        config.nav.insert(2, {"Notebooks": pages})
    return config


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add a page for each notebook."""
    for path in _notebooks(config):
        files.append(File.generated(config, _name(path), content=_page(path)))
    return files


def _notebooks(config: MkDocsConfig) -> list[Path]:
    return sorted((Path(config.docs_dir) / "notebooks").glob("*.ipynb"))


def _name(path: Path) -> str:
    return f"notebooks/{path.stem}.md"


def _cells(path: Path) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return cells


def _title(path: Path) -> str:
    return "".join(_cells(path)[0]["source"]).splitlines()[0].lstrip("# ")


def _page(path: Path) -> str:
    first, *others = [part for cell in _cells(path) for part in _parts(cell)]
    take = f"[This page as a notebook]({path.name}), to run and to change in Jupyter."
    return "\n\n".join([first, take, *others]) + "\n"


def _parts(cell: dict[str, Any]) -> list[str]:
    """Return a cell as paragraphs: its text, or its code and its output."""
    source = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        return [source]
    return [_fenced(source, "python"), *(_output(output) for output in cell["outputs"])]


def _output(output: dict[str, Any]) -> str:
    data = output.get("data", {})
    if "image/png" in data:
        pixels = "".join(data["image/png"]).replace("\n", "")
        return f'<img alt="What the code above draws" src="data:image/png;base64,{pixels}">'
    return _fenced("".join(output.get("text", data.get("text/plain", ""))).rstrip(), "text")


def _fenced(text: str, language: str) -> str:
    return f"```{language}\n{text}\n```"
