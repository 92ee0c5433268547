import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from thinned import thinned
from toys import PROBLEM, Asleep, Toy

from judge.cases import expand
from judge.expected import compile_ahead
from judge.expected.compile_ahead import Ahead
from judge.expected.trusted_worker import Trusted
from judge.sandbox.session import Sandbox
from judge.sandbox.starting.launch import Launcher
from judge.sandbox.starting.tiers import default_launcher
from judge.sandbox.talking.requests import WarmUp

WARM_UP = """\
import jax.numpy as jnp

def warm_up(seed, x):
    return jnp.tanh(x) * seed
"""


class Warmed:
    """Asks for warm-ups on one cache folder, each time as a new run does, and keeps the notes."""

    def __init__(self, launcher: Launcher, cache: Path) -> None:
        self.launcher = launcher
        self.cache = cache
        self.notes: list[str] = []

    def ahead(self) -> Ahead:
        self.notes = []
        return Ahead(Trusted(Sandbox(self.launcher), self.launcher.start(), self.cache, self.notes.append))

    def ask(self, toy: Toy, entropy: int = 0) -> WarmUp | None:
        """What is ready once all was compiled."""
        made, problem = self.ahead(), toy.load()
        cases = expand(problem, entropy)
        made.begin(problem, cases)
        made.join()
        return made.ready(problem, cases)

    def compiled(self) -> set[str]:
        return {path.name for path in (self.cache / "compiled").rglob("*") if path.is_file()}


@pytest.fixture
def toy(tmp_path: Path) -> Toy:
    return Toy.make(tmp_path / "root")


@pytest.fixture(scope="module")
def harmed() -> Iterator[Launcher]:
    """One that other tests don't use: some of this is meant to do it harm."""
    launcher = default_launcher("none")
    yield launcher
    launcher.close()


@pytest.fixture
def warmed(harmed: Launcher, tmp_path: Path) -> Warmed:
    return Warmed(harmed, tmp_path / "cache")


def test_a_problem_without_a_warm_up_has_none(warmed: Warmed, toy: Toy) -> None:
    assert (warmed.ask(toy), warmed.notes, warmed.compiled()) == (None, [], set())


def test_a_warm_up_is_gone_through_once_for_all_entropies_and_what_it_compiles_is_kept(
    warmed: Warmed, toy: Toy
) -> None:
    toy.write("problems/toy/warmup.py", WARM_UP)
    asked = warmed.ask(toy)
    assert asked is not None
    assert asked.source == WARM_UP
    there = warmed.compiled()
    assert any("tanh" in name for name in there)
    for name in there:
        if "tanh" in name:
            next(warmed.cache.rglob(name)).unlink()
    assert warmed.ask(toy) == warmed.ask(toy, entropy=7) == asked
    assert not any("tanh" in name for name in warmed.compiled()), "it was not gone through again"
    assert warmed.notes == []


def test_what_is_to_be_compiled_ahead_is_compiled_once_and_not_in_each_worker(
    warmed: Warmed, toy: Toy
) -> None:
    ahead = "\n\ndef compile_ahead(seed, x):\n    return jnp.arccosh(x)\n"
    toy.write("problems/toy/warmup.py", WARM_UP + ahead)
    asked = warmed.ask(toy)
    assert asked is not None
    assert asked.entry_point == "warm_up", "which is what workers go through"
    assert any("arccosh" in name for name in warmed.compiled())
    assert warmed.notes == []
    toy.write("problems/toy/warmup.py", WARM_UP + ahead.replace("return jnp.arccosh(x)", "raise ValueError"))
    assert warmed.ask(toy) is None
    [note] = warmed.notes
    assert "ValueError" in note
    assert "(line 8)" in note


LEFT_OUT = "the warm-up program of toy is left out, which costs time and nothing else: "
FAILING = {
    "raises": ("def warm_up(seed, x):\n    raise ValueError('no')\n", "ValueError: no (line 2)"),
    "no function": ("def warmup(seed, x): ...\n", "NameError: it defines no function `warm_up`"),
    "no Python": ("def warm_up(seed, x)\n", "SyntaxError: expected ':' (<warm_up>, line 1)"),
    "other parameters": (
        "def warm_up(seed): ...\n",
        "TypeError: warm_up() takes 1 positional argument but 2 were",
    ),
    "cannot be traced": (
        "def warm_up(seed, x):\n    return float(x.sum())\n",
        "ConcretizationTypeError: Abstract tracer value encountered",
    ),
    "too long": ("def warm_up(seed, x):\n    __import__('time').sleep(60)\n", "3.0 s, 3 allowed"),
    "dies": (
        "def warm_up(seed, x):\n    __import__('os')._exit(3)\n",
        "the process exited with status 3 before it gave a result",
    ),
    "large": (
        "def warm_up(seed, x):\n    return len(__import__('os').urandom(1) * (700 << 20))\n",
        "MiB of memory, 640 allowed",
    ),
    "starts the backend": (
        "import jax\ndef warm_up(seed, x):\n    return jax.devices()[0].id\n",
        "threads ran after it was traced: it starts some, or the backend of JAX",
    ),
}


@pytest.mark.parametrize(("source", "why"), thinned(FAILING.values(), len(FAILING), ids=FAILING))
def test_a_warm_up_that_fails_is_left_out_and_told_in_each_run(
    warmed: Warmed, toy: Toy, source: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compile_ahead, "WARMING_SECONDS", 3)
    toy.write("problems/toy/problem.yaml", PROBLEM.replace("memory_mib: 2048", "memory_mib: 640"))
    toy.write("problems/toy/warmup.py", source)
    for _ in range(2):
        assert warmed.ask(toy) is None
        [note] = warmed.notes
        assert note.startswith(LEFT_OUT)
        assert why in note
    toy.write("problems/toy/warmup.py", WARM_UP)
    assert warmed.ask(toy) is not None
    assert warmed.notes == []


def test_a_warm_up_that_cannot_be_read_is_told(warmed: Warmed, toy: Toy) -> None:
    toy.write("problems/toy/warmup.py", b"\xff\xfe")
    assert warmed.ask(toy) is None
    [note] = warmed.notes
    assert note.startswith(f"{LEFT_OUT}it can't be read: 'utf-8' codec")


def test_where_no_worker_can_be_started_a_warm_up_is_left_out_and_no_run_is_lost(
    toy: Toy, tmp_path: Path
) -> None:
    toy.write("problems/toy/warmup.py", WARM_UP)
    made, cases = Ahead(Trusted(Sandbox(Asleep()), {}, tmp_path / "cache", print)), expand(toy.load(), 0)
    assert made.ready(toy.load(), cases) is None
    assert made.compile(toy.load(), cases) == "nothing was to be run"


def test_with_a_cache_that_cannot_be_written_nothing_is_compiled_ahead(
    warmed: Warmed, toy: Toy, tmp_path: Path
) -> None:
    toy.write("problems/toy/warmup.py", WARM_UP)
    (tmp_path / "file").touch()
    warmed.cache = tmp_path / "file" / "cache"
    assert warmed.ask(toy) is None
    assert warmed.notes == []


def test_a_warm_up_is_not_ready_before_it_was_compiled_and_nobody_waits_for_that(
    warmed: Warmed, toy: Toy
) -> None:
    toy.write("problems/toy/warmup.py", WARM_UP)
    problem = toy.load()
    assert warmed.ahead().ready(problem, expand(problem, 0)) is None
    assert warmed.compiled() == set()


STEPS = """\
import os
import jax.numpy as jnp

def warm_up(seed, x):
    made = jnp.tanh(x), jnp.arccosh(x)
    if "@STOP@" and not os.path.exists("@STOP@"):
        os._exit(1)
    return made
"""


def test_what_was_compiled_before_the_end_came_is_kept_but_for_what_may_be_half_written(
    warmed: Warmed, toy: Toy, tmp_path: Path
) -> None:
    stop = tmp_path / "stop"
    toy.write("problems/toy/warmup.py", STEPS.replace("@STOP@", str(stop)))
    assert warmed.ask(toy) is None
    first = warmed.compiled()
    assert any("tanh" in name for name in first)
    assert not any("warmed" in name for name in first)
    stop.touch()
    assert warmed.ask(toy) is not None
    assert any("arccosh" in name for name in warmed.compiled())
    assert first < warmed.compiled()


def test_a_part_that_is_done_is_not_done_again_when_another_one_is_missing(warmed: Warmed, toy: Toy) -> None:
    toy.write("problems/toy/warmup.py", WARM_UP + "\n\ndef compile_ahead(seed, x):\n    raise ValueError\n")
    assert warmed.ask(toy) is None
    problem = toy.load()
    for name in warmed.compiled():
        if "tanh" in name:
            next(warmed.cache.rglob(name)).unlink()
    made = warmed.ahead()
    assert made.ready(problem, expand(problem, 0)) is not None, "workers go through the first part alone"
    assert "ValueError" in (made.compile(problem, expand(problem, 0)) or "")
    assert not any("tanh" in name for name in warmed.compiled())


def test_who_has_time_lets_others_go_first(warmed: Warmed, toy: Toy) -> None:
    source = "import os\ndef warm_up(seed, x):\n    raise ValueError(os.nice(0))\n"
    toy.write("problems/toy/warmup.py", source)
    made, problem = warmed.ahead(), toy.load()
    own = os.nice(0)
    assert f"ValueError: {own} " in (made.compile(problem, expand(problem, 0)) or "")
    patient = made.compile(problem, expand(problem, 0), patient=True) or ""
    assert f"ValueError: {min(own + 10, 19)} " in patient


def test_nothing_is_begun_twice_or_after_the_end(warmed: Warmed, toy: Toy) -> None:
    class Heard(Ahead):
        asked = 0

        def compile(self, *_: object, **__: object) -> str | None:
            self.asked += 1
            return None

    made = Heard(warmed.ahead().trusted)
    for _ in range(3):
        made.begin(toy.load(), ())
    made.join()
    assert made.asked == 1
    late = Heard(made.trusted)
    late.end()
    late.begin(toy.load(), ())
    late.join()
    assert late.asked == 0


@pytest.mark.more
def test_what_is_ended_in_the_middle_is_no_fault_of_the_warm_up(toy: Toy, tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    source = (
        f"import time\ndef warm_up(seed, x):\n    open({str(begun)!r}, 'w').close()\n    time.sleep(60)\n"
    )
    toy.write("problems/toy/warmup.py", source)
    launcher = default_launcher("none")
    warmed = Warmed(launcher, tmp_path / "cache")
    made, problem = warmed.ahead(), toy.load()
    made.begin(problem, expand(problem, 0))
    wait_for(begun)
    made.end()
    launcher.close()
    made.join()
    assert warmed.notes == []
    assert [path.name for path in (tmp_path / "cache/compiled").iterdir() if path.name.startswith(".")] == []


def wait_for(path: Path) -> None:
    passed = threading.Event()
    for _ in range(600):
        if path.exists():
            return
        passed.wait(0.1)
    raise TimeoutError(path)
