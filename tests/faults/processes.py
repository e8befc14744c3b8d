"""Many processes at one cache, and processes that are killed."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from server import NUMBER, tree

import troopdata as td
from troopdata.release import http, loader


def fetching(source: str, cache: str, barrier: Any, out: Any) -> None:
    os.environ.update(TROOPDATA_URL=source, TROOPDATA_CACHE=cache)
    http.LIMITS = http.Limits()  # what is tried is not who is slow
    barrier.wait()
    try:
        td.fetch(NUMBER)
        out.put(len(loader.opened(NUMBER).rows("operations")))
    except BaseException as error:  # the parent counts it
        out.put(repr(error))


def at_once(url: str, cache: Path, rounds: int, processes: int = 8) -> list[Any]:
    """Have processes fetch into a cold cache at the same moment; return what each one saw."""
    context = multiprocessing.get_context("fork")
    seen = []
    for turn in range(rounds):
        barrier, out = context.Barrier(processes), context.Queue()
        where = str(cache / str(turn))
        group = [
            context.Process(target=fetching, args=(url, where, barrier, out))
            for _ in range(processes)
        ]
        for one in group:
            one.start()
        seen += [out.get(timeout=60) for _ in group]
        for one in group:
            one.join(60)
        left = [name for name in tree(cache / str(turn)) if name.endswith((".tmp", "corrupt-1"))]
        seen += left
        shutil.rmtree(where)
        loader.forget()
    return seen


KILLED = """
import os, sys
os.environ["TROOPDATA_CACHE"] = sys.argv[1]; os.environ["TROOPDATA_URL"] = sys.argv[2]
import troopdata as td, time
from troopdata.release import settings
cache = settings.caches()[0]
td.fetch("2099.01.0")
print("ready", flush=True)
while True:
    td.fetch("2099.01.0")
    for path in [*cache.glob("2099.01.0/*"), cache / "index.json"]:
        path.unlink()
"""


def killed(url: str, cache: Path, kills: int, seed: int) -> tuple[int, int]:
    """Kill a process that fetches without end; return partial files seen, and orphans left."""
    chance = random.Random(seed)
    root = Path(td.__file__).parents[1]
    good = tree(cache)
    partial = orphans = 0
    env = {**os.environ, "PYTHONPATH": str(root)}
    for _ in range(kills):
        child = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(cache), url], env=env, stdout=subprocess.PIPE
        )
        assert child.stdout is not None
        # A child that never fetched would leave nothing partial, and prove nothing.
        assert child.stdout.readline() == b"ready\n"
        time.sleep(chance.uniform(0, 0.12))
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        left = tree(cache)
        partial += sum(sha != good[name] for name, sha in left.items() if not name.endswith(".tmp"))
        loader.forget()
        td.fetch(NUMBER)
        orphans += sum(name.endswith(".tmp") for name in tree(cache))
        assert loader.opened(NUMBER).rows("operations").num_rows == 120
    return partial, orphans
