"""The same data wherever it is built, by whichever libraries, and in a wheel without a network."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import figures
import pytest
from test_publishing import DATASETS, ROOT, reasoned

import troopdata as td
from troopdata import paths
from troopdata.release import loader

pytestmark = pytest.mark.slow
NUMBER = "2098.12.0"
# The oldest that the project allows, the newest, and some between.
PAIRS = [("3.0.0", "18.1.0"), ("3.0.6", "21.0.0"), ("3.1.0", "24.0.0"), ("3.1.1", "26.0.1")]
# Everything else that the library needs, as pyproject.toml lists it.
OTHERS = [
    name
    for name in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
        "dependencies"
    ]
    if not name.startswith(("pandas", "pyarrow"))
]


def sums(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*")) if path.is_file()
    }  # fmt: skip


def copied(folder: Path, seed: int | None = None) -> Path:
    """A checkout of its own, its facts written in another order and at other times with a seed."""
    home = folder / "datasets"
    for name in ("releases", "facts", "series"):
        shutil.copytree(DATASETS / name, home / name)
    reasoned(home, NUMBER)
    if seed is not None:
        chance = random.Random(seed)
        whole = {path: path.read_bytes() for path in home.rglob("*.csv")}
        for path in whole:
            path.unlink()
        for path in chance.sample(sorted(whole), len(whole)):
            path.write_bytes(whole[path])
            os.utime(path, (chance.randrange(1 << 31),) * 2)
    return home


def built(home: Path, to: Path, cwd: Path, *, python: str = sys.executable, code: str = "",
          package: Path = ROOT, **environment: str | None) -> dict[str, str]:  # fmt: skip
    """Build in a process with another environment (None unsets); return the files' hashes."""
    whole = {**os.environ, "PYTHONPATH": str(package), "PYTHONWARNINGS": "ignore", **environment}
    run = f"import os, sys; {code}; from troopdata.cli import main; sys.exit(main(sys.argv[1:]))"
    command = ["build", "--number", NUMBER, "--to", str(to), "--datasets", str(home)]
    done = subprocess.run(
        [python, "-c", run.replace("; ;", ";"), *command], cwd=cwd, capture_output=True,
        env={name: value for name, value in whole.items() if value is not None}, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return sums(to)


def test_ten_perturbed_builds_give_the_same_bytes(tmp_path: Path) -> None:
    away = tmp_path / "elsewhere"
    away.mkdir()
    home = copied(tmp_path / "plain")
    other = tmp_path / "another checkout, été"
    package = other / "src"
    shutil.copytree(ROOT / "troopdata", package / "troopdata")
    shutil.copytree(ROOT / "schemas", package / "schemas")
    shutil.copytree(DATASETS / "releases", package / "datasets" / "releases")
    mixed = copied(tmp_path / "mixed", seed=1)

    def to(name: str) -> Path:
        return tmp_path / "built" / name / NUMBER

    found = {
        "as it is": built(home, to("1"), ROOT),
        "another working directory, hash seed 0": built(home, to("2"), away, PYTHONHASHSEED="0"),
        "time zone and hash seed": built(home, to("3"), away, TZ="Pacific/Kiritimati", PYTHONHASHSEED="4294967295"),
        "Turkish locale": built(home, to("4"), away, LC_ALL="tr_TR.UTF-8", LANG="tr_TR.UTF-8"),
        "umask 077": built(home, to("5"), away, code="os.umask(0o77)"),
        "one processor and thread": built(home, to("6"), away, code="os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})", OMP_NUM_THREADS="1"),
        "eight threads, another memory pool": built(home, to("7"), away, OMP_NUM_THREADS="8", ARROW_DEFAULT_MEMORY_POOL="system", ARROW_IO_THREADS="1"),
        "files in another order and of other times": built(mixed, to("8"), away),
        "another checkout": built(copied(other, seed=2), to("9"), away, package=package),
        "no HOME, locale C, optimised": built(home, to("10"), away, HOME=None, LC_ALL="C", LANG=None, PYTHONOPTIMIZE="1", PATH="/usr/bin:/bin"),
    }  # fmt: skip
    first, *others = found.values()
    different = [name for name, one in found.items() if one != first]
    figures.record(
        "rebuild: bytes", "same sha256 in 10 perturbed builds",
        f"{len(found) - len(different)} of {len(found)} the same, {len(first)} files each",
        f"troopdata build of all facts and series: {'; '.join(found)}",
    )  # fmt: skip
    assert different == []
    assert len(others) == 9


CONTENT = """
import json, sys
from pathlib import Path
import pandas, pyarrow
from troopdata.curate import content_hash
from troopdata.release import loader
from troopdata.schemas import arrow, model
opened = loader.opened()
found = {}
for item in opened.manifest["files"]:
    if item["name"].endswith(".parquet"):
        name = item["name"].removesuffix(".parquet")
        rows = content_hash.rows(arrow.frame(opened.rows(name)), model.table(name))
        found[item["name"]] = content_hash.content_sha256(rows)
print(json.dumps([pandas.__version__, pyarrow.__version__, found]))
"""


def python(folder: Path, *packages: str) -> str:
    """A fresh environment with some packages."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    install = [str(folder / "bin" / "pip"), "install", "-q", "--disable-pip-version-check"]
    done = subprocess.run([*install, *packages], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"pip cannot install {packages}: {done.stderr[-300:]}")
    return str(folder / "bin" / "python")


def content(folder: Path) -> dict[str, str]:
    manifest = json.loads((folder / "manifest.json").read_bytes())
    return {i["name"]: i["content_sha256"] for i in manifest["files"] if "content_sha256" in i}


def test_other_libraries_read_and_build_the_same_rows(tmp_path: Path) -> None:
    home = copied(tmp_path)
    built(home, tmp_path / "here" / NUMBER, tmp_path)
    here, released = content(tmp_path / "here" / NUMBER), content(loader.opened().folder)
    read, made, seen = [], [], []
    for pandas, pyarrow in PAIRS:
        other = python(tmp_path / "venv", f"pandas=={pandas}", f"pyarrow=={pyarrow}", *OTHERS)
        done = subprocess.run(
            [other, "-W", "ignore", "-c", CONTENT], capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        *versions, found = json.loads(done.stdout)
        assert versions == [pandas, pyarrow]
        seen.append(f"pandas {pandas} with pyarrow {pyarrow}")
        read.append(found == released)
        built(home, tmp_path / "there" / pyarrow / NUMBER, tmp_path, python=other)
        made.append(content(tmp_path / "there" / pyarrow / NUMBER) == here)
        shutil.rmtree(tmp_path / "venv")
    figures.record(
        "rebuild: content", "same content_sha256 on at least 3 pyarrow/pandas pairs",
        f"the same on {sum(read)} of {len(read)} pairs when read, on {sum(made)} when built",
        f"{'; '.join(seen)}: the {len(released)} tables of release {td.data_version()} read and "
        f"hashed, and all facts and series built anew ({len(here)} tables), against this machine's",
    )  # fmt: skip
    assert all(read)
    assert all(made)


ANSWERS = """
import socket, troopdata as td
try:
    socket.create_connection(("192.0.2.1", 80), 2)
except OSError as error:
    print(error.strerror)
assert "site-packages" in td.__file__, td.__file__
assert len(td.load("deployments")) > 100_000
assert not td.presence(host="NER", sender="USA", years=2017).empty
assert td.verify()["sha256"].notna().all()
print(td.data_version())
"""


def shown(files: dict[str, bytes], part: str) -> dict[str, str]:
    """Hashes of the files below the last part of a path that ends so."""
    return {
        name.split(part, 1)[1]: hashlib.sha256(data).hexdigest()
        for name, data in files.items() if part in name
    }  # fmt: skip


def packed(path: Path) -> dict[str, bytes]:
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    with tarfile.open(path) as archive:
        files = [item for item in archive.getmembers() if item.isfile()]
        return {item.name: archive.extractfile(item).read() for item in files}  # type: ignore[union-attr]


def test_a_wheel_answers_on_a_machine_without_a_network(tmp_path: Path) -> None:
    pytest.importorskip("hatchling")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(tmp_path)], cwd=ROOT, check=True,
        capture_output=True,
    )  # fmt: skip
    wheel, sdist = next(tmp_path.glob("*.whl")), next(tmp_path.glob("*.tar.gz"))
    released, schemas = sums(paths.folder("releases")), sums(paths.folder("schemas"))
    assert shown(packed(wheel), "troopdata/_data/releases/") == released
    assert shown(packed(wheel), "troopdata/_data/schemas/") == schemas
    assert shown(packed(sdist), "/datasets/releases/") == released
    alone = ["unshare", "--net", "--map-root-user"]  # as a user of no rights may
    if shutil.which("unshare") is None or subprocess.run([*alone, "true"], check=False).returncode:
        pytest.skip("no namespace without a network can be made")
    pandas, pyarrow = PAIRS[-1]
    other = python(tmp_path / "venv", f"pandas=={pandas}", f"pyarrow=={pyarrow}", *OTHERS)
    pip = [other, "-m", "pip", "install", "-q", "--no-index", "--no-deps", str(wheel)]
    subprocess.run(pip, check=True, capture_output=True)
    clean = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONWARNINGS": "ignore"}
    command = str(Path(other).parent / "troopdata")
    outputs = []
    for line in (["show", "NER"], ["verify"], ["tables"], []):
        run = [command, *line] if line else [other, "-c", ANSWERS]
        done = subprocess.run(
            [*alone, *run], cwd=tmp_path, env=clean, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (line, done.stderr)
        outputs.append(done.stdout)
    assert outputs[-1].splitlines() == ["Network is unreachable", td.data_version()]
    figures.record(
        "a wheel on a machine without a network", "loads, verifies and answers",
        f"all {len(outputs)} runs exited with 0; all {len(released)} files of the releases in the wheel "
        "and in the source archive are those of datasets/releases",
        "hatchling's wheel and source archive of this checkout, hashed file by file; the wheel in a "
        "fresh environment and a network namespace without any interface: troopdata show NER, "
        "troopdata verify, troopdata tables, td.load, td.presence, td.verify",
    )  # fmt: skip
