"""A list of releases continues those seen before, or is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from troopdata.errors import IntegrityError, ManifestError
from troopdata.release import cache_folder, loader, manifest, repositories, rollback


def listed(serial: int, *numbers: str, seal: str = "s", **hashes: str) -> dict[str, Any]:
    items = [{"release": n, "manifest_sha256": hashes.get(f"_{n}", n * 2)} for n in numbers]
    return {"serial": serial, "seal": seal, "releases": items}


def refused(new: dict[str, Any], old: dict[str, Any], *, allow: bool = False) -> str:
    """Return the rule by which a list is refused, or an empty text."""
    try:
        rollback.check_continues(new, old, "there", allow_rollback=allow)
    except IntegrityError as error:
        return error.rule
    return ""


OLD = listed(5, "a", "b")


@pytest.mark.parametrize(
    ("new", "rule"),
    [
        (listed(5, "a", "b"), ""),
        (listed(6, "a", "b", "c"), ""),
        (listed(6, "a", "b", seal="t"), ""),
        (listed(4, "a", "b"), "rollback"),
        (listed(4, "a", "b", "c", seal="t"), "rollback"),
        (listed(5, "a", "b", seal="t"), "rollback"),
        (listed(6, "a"), "rollback"),
        (listed(6, "a", "b", _a="other"), "published"),
        (listed(6, "a", _a="other"), "published"),
        (listed(4, "b", _b="other"), "published"),
    ],
    ids=str,
)
def test_a_list_continues_another(new: dict[str, Any], rule: str) -> None:
    assert refused(new, OLD) == rule


@pytest.mark.parametrize(
    ("new", "rule"),
    [
        (listed(4, "a"), ""),
        (listed(5, "a", "b", seal="t"), ""),
        (listed(6), ""),
        (listed(6, "a", "b", _a="other"), "published"),
    ],
    ids=str,
)
def test_going_back_may_be_allowed_and_a_changed_release_never(
    new: dict[str, Any], rule: str
) -> None:
    assert refused(new, OLD, allow=True) == rule


@pytest.mark.parametrize(
    ("new", "named"),
    [
        (listed(4, "a"), r"serial 4\b.*\b5 "),
        (listed(5, "a", "b", seal="t"), r"serial 5\b.*\b5 "),
        (listed(6), r"release a\b"),
        (listed(6, "a", "c"), r"release b\b"),
    ],
    ids=str,
)
def test_the_message_names_the_serials_or_the_first_release_lost(
    new: dict[str, Any], named: str
) -> None:
    with pytest.raises(IntegrityError, match=f"there .*{named}") as caught:
        rollback.check_continues(new, OLD, "there", allow_rollback=False)
    assert caught.value.value == new["serial"]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TROOPDATA_CACHE", str(tmp_path))
    (tmp_path / cache_folder.TAG).write_bytes(cache_folder.SIGNATURE)
    loader.forget()
    return tmp_path


def later() -> bytes:
    bundled = repositories.index()
    return manifest.sealed({**bundled, "serial": bundled["serial"] + 1})


def serials() -> list[int]:
    return [found["serial"] for found in rollback.accepted_before()]


def test_lists_seen_are_the_bundled_and_the_cached(cache: Path) -> None:
    first = repositories.index()["serial"]
    assert serials() == [first]
    (cache / "index.json").write_bytes(later())
    assert serials() == [first, first + 1]
    assert (cache / "index.json").read_bytes() == later()


def test_a_damaged_list_of_a_cache_of_our_own_is_moved_aside(cache: Path) -> None:
    (cache / "index.json").write_bytes(b"{}")
    assert serials() == [repositories.index()["serial"]]
    assert not (cache / "index.json").exists()
    assert [path.name for path in cache.glob("*corrupt*")] == ["index.json.corrupt-1"]


def test_a_damaged_list_of_a_folder_of_others_is_left_and_refused(cache: Path) -> None:
    (cache / cache_folder.TAG).unlink()
    (cache / "index.json").write_bytes(b"{}")
    with pytest.raises(ManifestError):
        rollback.accepted_before()
    assert (cache / "index.json").read_bytes() == b"{}"


def test_the_list_of_a_cache_is_not_followed_out_of_it(cache: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.json"
    elsewhere.write_bytes(later())
    (cache / "index.json").symlink_to(elsewhere)
    assert serials() == [repositories.index()["serial"]]
    assert not (cache / "index.json").is_symlink()
    assert elsewhere.read_bytes() == later()
