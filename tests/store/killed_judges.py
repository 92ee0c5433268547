"""A class of a small exercise, judges that are let loose on it, and what their store has then."""

import json
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
from commands.exercises import RIGHT, WRONG, make_files, make_problem
from sqlalchemy import func, select

from judge.store.connect import open_store
from judge.store.tables import results

SOURCES = {
    "right": RIGHT,
    "right_too": RIGHT + "# in another file\n",
    "right_slowly": RIGHT.replace("    return", "    import time\n    time.sleep(0.3)\n    return"),
    "wrong": WRONG,
    "raising": RIGHT.replace("    return", "    raise ValueError('no')\n    return"),
    "talking": RIGHT.replace("    return", "    print('hello')\n    return"),
    "leaving": RIGHT.replace("    return", "    import os\n    os._exit(3)\n    return"),
    "invalid": "def double(seed:\n",
}
MEASURED = {"seconds", "cpu_seconds", "peak_memory_mib", "near_limit", "environment"}
MOST_SECONDS = 300.0  # of a judge, on a machine that is busy


def without_measures(found: Any) -> Any:
    if isinstance(found, dict):
        return {key: without_measures(value) for key, value in found.items() if key not in MEASURED}
    return [without_measures(item) for item in found] if isinstance(found, list) else found


class Course:
    """A class's folder, and judges that are let loose on it."""

    def __init__(self, root: Path, store: str) -> None:
        make_problem(root)
        for name, source in SOURCES.items():
            make_files(root, f"submissions/demo/{name}.py", content=source)
        self.root = root
        self.store = store
        self.said: list[str] = []

    def begin(self, *options: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "judge", "run", "--format", "json", "--jobs", "2", *options]
        return subprocess.Popen(
            command, cwd=self.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def end(self, judge: subprocess.Popen[str]) -> Any:
        """Its report; None where it has none."""
        out, said = judge.communicate(timeout=MOST_SECONDS)
        self.said.append(said)
        assert "Traceback" not in said
        return json.loads(out) if out else None

    def report(self, *options: str) -> Any:
        return self.end(self.begin(*options))

    def disturb(self, chance: random.Random, kills: int) -> None:
        """Kill so many processes, of one judge after another."""
        judge = self.begin("--store", self.store)
        while kills:
            time.sleep(chance.uniform(0.05, 1.5))
            if judge.poll() is not None:
                self.end(judge)
                (self.root / "submissions/demo/right.py").write_text(RIGHT + f"# version {kills}\n")
                judge = self.begin("--store", self.store)
                continue
            with suppress(psutil.NoSuchProcess):
                workers = psutil.Process(judge.pid).children(recursive=True)
                victim = chance.choice(
                    [psutil.Process(judge.pid), *chance.choices(workers or [psutil.Process(judge.pid)])]
                )
                victim.send_signal(signal.SIGKILL)
                kills -= 1
                if victim.pid == judge.pid:
                    judge.communicate(timeout=MOST_SECONDS)
                    judge = self.begin("--store", self.store)
        self.end(judge)


def stored_twice(course: Course) -> list[str]:
    """The keys that have two results which could both be given again, or none that is current."""
    store = open_store(course.store, must_exist=True)
    twice = select(results.c.key).where(results.c.reusable).group_by(results.c.key).having(func.count() > 1)
    current = select(results.c.key).where(results.c.current)
    with store.engine.connect() as connection:
        found = [*connection.scalars(twice)]
        found += connection.scalars(select(results.c.key).where(results.c.key.not_in(current)))
        assert connection.execute(select(func.count()).select_from(results)).scalar_one() >= len(SOURCES)
    store.close()
    return found
