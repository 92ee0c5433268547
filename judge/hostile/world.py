"""A scratch world around one judge: secrets to steal, files to spoil, listeners to reach, and a bystander."""

import ctypes
import hashlib
import inspect
import json
import os
import secrets
import select
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

import judge
from judge.hostile import as_worker
from judge.hostile.header import Program
from judge.hostile.listeners import Listeners
from judge.worker.remove_folder import remove_tree

ANSWER_SECONDS = 120.0  # for one program and its neighbour
HIDDEN_SEED = 4861177  # no other number in a report begins so
LIMITS = {"wall_s": 4, "cpu_s": 2, "memory_mib": 512, "output_kib": 64, "processes": 64, "file_mib": 1}
PR_SET_CHILD_SUBREAPER = 36
DEEPEST = 10  # folders that are looked into; nothing of the world lies that deep

PROBLEM = """\
# {canary}
id: toy
title: Twice the sum
entry_point: step
compute_dtype: float32
parameters:
  - {{name: seed, kind: float, role: seed}}
  - {{name: x, kind: array, role: inputs, dtype: float32, shape: [N, D]}}
returns: {{dtype: float32, shape: [1]}}
limits: {limits}
tolerance: {{relative: 0.015625}}
cases:
  - {{name: plain, seed: 1, shapes: {{x: [2, 3]}}, data: {{seed: 0, x: {{choice: [1, 2, 3]}}}}}}
  - name: unseen
    visibility: hidden
    seed: {seed}
    shapes: {{x: [4, 1]}}
    data: {{seed: 1, x: {{choice: [5, 6]}}}}
"""
RIGHT = """\
import jax.numpy as jnp

# {canary}
ANSWER_KEY = "{canary}"


def step(seed, x):
    return jnp.asarray([2 * jnp.sum(x) + seed], jnp.float32)
"""
SECRETS_AT_HOME = (".netrc", ".ssh/id_ed25519", ".bash_history", ".config/gh/hosts.yml")
SECRETS_IN_ENVIRONMENT = ("JUDGE_TOKEN", "GITHUB_TOKEN", "AWS_SECRET_ACCESS_KEY")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the judge said of one request, and what it took."""

    document: Mapping[str, Any]
    texts: Mapping[str, str]
    seconds: float

    def results(self) -> dict[str, Mapping[str, Any]]:
        """Submission → its result."""
        return {result["submission"]: result for result in self.document["results"]}


class JudgeDied(Exception):
    """The judge itself is gone, hangs, or failed."""


class World:
    """Everything that a hostile program could want, in one folder, with one judge that is asked repeatedly.

    Args:
        tier: what the judge is to isolate with.
        user: whom it runs as; None for whoever this is. become: the command that starts others as that user.
    """

    def __init__(self, tier: str, user: int | None = None, become: Sequence[str] = ()) -> None:
        self.tier = tier
        self.user = user
        self.become = become
        self.mark = f"hostile-{secrets.token_hex(6)}"
        self.key = secrets.randbits(30) + 1
        self.base = Path(tempfile.mkdtemp(prefix=f"{self.mark}-world-"))
        self.root, self.home, self.cache, self.tmp = (
            self.base / name for name in ("root", "home", "cache", "tmp")
        )
        places = ("environment", "home", "reference", "problem", "neighbour", "bystander", "precious")
        self.canaries = {place: f"canary-{place}-{secrets.token_hex(8)}" for place in places}
        self.listeners = Listeners(self.mark, self.home)
        self.started: list[subprocess.Popen[str]] = []
        self.judge: subprocess.Popen[str]
        self.bystander: subprocess.Popen[str]
        self.address = ""

    def build(self) -> None:
        """Lay everything out and start the judge; a first request fills its caches."""
        self.base.chmod(0o755)
        for folder in (self.root, self.home, self.cache, self.tmp):
            folder.mkdir()
        self._plant()
        self.listeners.open()
        if self.user is not None:
            for path in [self.base, *self.base.rglob("*")]:
                os.chown(path, self.user, self.user)
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)  # so that no orphan gets away
        self.bystander = self._start("bystander", self.canaries["bystander"])
        self.address = self.said(self.bystander, 20)
        self.start_judge()

    def start_judge(self) -> None:
        """Start the judge, and have it judge once."""
        self.judge = self._start("service", self.tier, str(self.root))
        for _ in range(2):
            self.ask([self.neighbour()])

    def neighbour(self) -> str:
        """A correct submission, which must always be accepted."""
        return "submissions/toy/diligent.py"

    def _plant(self) -> None:
        self.write("root/problems/toy/problem.yaml", PROBLEM.format(
            canary=self.canaries["problem"], seed=HIDDEN_SEED, limits=json.dumps(LIMITS)
        ))  # fmt: skip
        self.write("root/problems/toy/statement.md", f"# Twice the sum\n\n{self.canaries['problem']}\n")
        self.write("root/problems/toy/starter.py", "def step(seed, x):\n    return None\n")
        self.write("root/reference/toy/reference.py", RIGHT.format(canary=self.canaries["reference"]))
        self.write("root/" + self.neighbour(), RIGHT.format(canary=self.canaries["neighbour"]))
        for name in SECRETS_AT_HOME:
            self.write(f"home/{name}", f"password {self.canaries['home']}\n")
        self.write("home/precious/letter.txt", self.canaries["precious"])

    def write(self, name: str, text: str | bytes) -> Path:
        """Write a file of this world, as its user's."""
        path = self.base / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def environment(self) -> dict[str, str]:
        """Of the judge: what a CI runner has, secrets included. TZ goes on to workers, and so marks them."""
        return {
            **dict.fromkeys(SECRETS_IN_ENVIRONMENT, self.canaries["environment"]),
            "PATH": os.defpath,
            "HOME": str(self.home),
            "XDG_CACHE_HOME": str(self.cache),
            "TMPDIR": str(self.tmp),
            "TZ": self.mark,
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": str(Path(judge.__file__).parents[1]),  # this very judge
        }

    def _start(self, module: str, *arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*self.become, sys.executable, "-m", f"judge.hostile.{module}", *arguments],
            env=self.environment(),
            cwd=self.root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def said(self, process: subprocess.Popen[str], seconds: float) -> str:
        """The next line of a process; raises JudgeDied when none comes."""
        assert process.stdout is not None
        assert process.stderr is not None
        ready, _, _ = select.select([process.stdout], [], [], seconds)
        line = process.stdout.readline() if ready else ""
        if not line:
            process.kill()
            why = f"no answer within {seconds:g} s" if not ready else "no answer, for it has ended"
            heard = process.stderr.read()[-2000:]
            process.wait()  # a pipe ends before its process does: whoever asks next must hear that it is gone
            raise JudgeDied(f"{why}: {heard}")
        return line.strip()

    def ask(
        self,
        files: Iterable[str],
        jobs: int = 1,
        seconds: float = ANSWER_SECONDS,
        *,
        require_flow: bool = False,
    ) -> Answer:
        """Have files judged, within so many seconds.

        Raises:
            JudgeDied: no answer came, or a traceback.
        """
        assert self.judge.stdin is not None
        with suppress(BrokenPipeError):
            question = {"files": list(files), "jobs": jobs, "require_flow": require_flow}
            self.judge.stdin.write(json.dumps(question) + "\n")
            self.judge.stdin.flush()
        said = json.loads(self.said(self.judge, seconds))
        if "error" in said:
            raise JudgeDied(said["error"])
        return Answer(**said)

    def fill_in(self, text: str) -> str:
        """A program with its placeholders replaced, and with how it speaks in a worker's place."""
        text = text.replace('"@AS_WORKER@"', inspect.getsource(as_worker))
        places = {
            "ROOT": self.root, "HOME": self.home, "CACHE": self.cache, "TMP": self.tmp, "MARK": self.mark,
            "KEY": self.key, "PORT": self.listeners.port("tcp"), "UDP_PORT": self.listeners.port("udp"),
            "UNIX_SOCKET": self.home / "agent.sock", "JUDGE_PID": self.judge.pid,
            "BYSTANDER_PID": self.bystander.pid, "BYSTANDER_ADDRESS": self.address,
        }  # fmt: skip
        for name, value in places.items():
            text = text.replace(f"@{name}@", str(value))
        return text

    def hand_in(self, program: Program, name: str | None = None) -> str:
        """Write a program among the submissions; what the judge calls it."""
        file = f"submissions/toy/{name or program.path.name}"
        path = self.write(f"root/{file}", self.fill_in(program.path.read_text(encoding="utf-8")))
        if self.user is not None:
            os.chown(path, self.user, self.user)
        return file

    def take_back(self, file: str) -> None:
        """Remove a submission."""
        (self.root / file).unlink()

    def zygote(self) -> int | None:
        """The process that workers are forked from."""
        for child in psutil.Process(self.judge.pid).children():
            with suppress(psutil.Error):
                if "zygote" in child.cmdline():
                    return int(child.pid)
        return None

    def close(self) -> None:
        """End what was started, and remove everything."""
        for process in self.started:
            assert process.stdin is not None
            with suppress(OSError):
                process.stdin.close()
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGCONT)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            for stream in (process.stdout, process.stderr):
                assert stream is not None
                stream.close()
        self.listeners.close()
        remove_tree(str(self.base))


def snapshot(folder: Path) -> dict[str, tuple[Any, ...]]:
    """Everything below a folder: path → kind and rights, and of files size and digest."""
    found: dict[str, tuple[Any, ...]] = {}
    for place, folders, names in os.walk(folder):
        if len(Path(place).parts) - len(folder.parts) > DEEPEST:
            folders.clear()
        for path in (Path(place, name) for name in [*folders, *names]):
            with suppress(FileNotFoundError):  # something of the judge's own that just went
                status = path.lstat()
                name = str(path.relative_to(folder))
                found[name] = (stat.filemode(status.st_mode),)
                if stat.S_ISREG(status.st_mode):
                    found[name] += (status.st_size, hashlib.sha256(path.read_bytes()).hexdigest())
    return found


def wait_until_quiet(look: Callable[[], list[str]], seconds: float = 5.0) -> list[str]:
    """Look until nothing is found any more, or time is up; what was found last."""
    stop = time.monotonic() + seconds
    while (found := look()) and time.monotonic() < stop:
        time.sleep(0.1)
    return found
