"""What is traced is evaluated by a process that has never seen the submission."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import numpy as np
import pytest

from judge.evidence import Evidence, Replay
from judge.problem.model import Limits
from judge.sandbox.starting.launch import Launcher
from judge.sandbox.starting.tiers import default_launcher
from judge.sandbox.talking.case_inputs import as_wire
from sandbox.programs import LIMITS, call, judged, numbers, program

ARRAY = {"dtype": "float32", "shape": ["N"]}
SPEC = {
    "values": False,
    "parameters": [
        {"name": "seed", "kind": "float", "role": "seed", "spec": None},
        {"name": "x", "kind": "array", "role": "inputs", "spec": ARRAY},
    ],
}
HIDDEN = call("hidden", 7.0, hidden=True, arrays=(as_wire(np.array([5.0, 6.0], np.float32)),))
HEAD = "import jax, jax.numpy as jnp\n"


@pytest.fixture(scope="module")
def launcher() -> Iterator[Launcher]:
    with closing(default_launcher()) as started:
        started.start()
        yield started


def replayed(launcher: Launcher, source: str, limits: Limits = LIMITS, **options: Any) -> Evidence:
    cases = options.pop("cases", (call("one", 3.0), HIDDEN))
    asked = {"trace_spec": SPEC, "replay": True} | options
    return judged(launcher, program(HEAD + source), *cases, limits=limits, **asked)


def floats(replay: Replay) -> list[float]:
    return numbers(replay)  # type: ignore[arg-type] # it has a value, as a case has


def test_one_public_and_one_hidden_case_are_evaluated_with_their_own_arrays(launcher: Launcher) -> None:
    cases = (call("one", 3.0), call("two", 4.0), HIDDEN)
    found = replayed(launcher, "def step(seed, x):\n    return (x * seed).sum()[None]", cases=cases)
    assert [(one.case, one.hidden, one.reason) for one in found.replays] == [
        ("one", False, None),
        ("hidden", True, None),
    ]
    assert [floats(one) for one in found.replays] == [[9.0], [77.0]]
    assert [numbers(one) for one in found.cases] == [[9.0], [12.0], [77.0]]


def test_only_who_asks_has_it_evaluated(launcher: Launcher) -> None:
    source = "def step(seed, x):\n    return (x * seed).sum()[None]"
    assert replayed(launcher, source, replay=False).replays == ()
    assert replayed(launcher, source, trace_spec=None).replays == ()
    assert replayed(launcher, "def step(seed, x):\n    raise ValueError").replays == ()


def test_the_witness_knows_no_array_and_nothing_that_was_returned(launcher: Launcher) -> None:
    source = """
known = []
def step(seed, x):
    if isinstance(x, jax.core.Tracer):
        return x.sum()[None] * 0 + sum(known)
    known.append(float(x.sum()))
    return x.sum()[None]
"""
    found = replayed(launcher, source)
    assert [floats(one) for one in found.replays] == [[0.0], [0.0]]
    assert [numbers(one) for one in found.cases] == [[3.0], [11.0]]


@pytest.mark.more
def test_arrays_are_withheld_also_where_the_program_is_really_run(launcher: Launcher) -> None:
    source = """
def step(seed, x):
    return (x * 0).sum()[None] + float(np.sin(np.asarray(x)).sum())
"""
    found = replayed(launcher, source)
    assert found.trace.program is not None
    assert found.trace.program["mode"] == "recorded"
    assert floats(found.replays[0]) != numbers(found.cases[0])
    assert floats(found.replays[0]) == floats(found.replays[1])


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        ("os._exit(3)", "the program could not be traced again"),
        ("raise ValueError('no')", "ValueError: no"),
        (
            "return jax.pure_callback(np.sin, x, x)",
            "`pure_callback` (_FlatCallback) can't be evaluated without the submission",
        ),
        ("return jnp.zeros(20_000) + x.sum()", "it could not be evaluated: 78.1 KiB returned, 64 allowed"),
    ],
)
def test_what_cannot_be_evaluated_says_why(launcher: Launcher, where: str, reason: str) -> None:
    source = f"""
import gc
fresh = []
def step(seed, x):
    if isinstance(x, jax.core.Tracer) and not fresh:
        {where}
    fresh.append(1)
    return x.sum()[None]
"""
    found = replayed(launcher, source)
    assert found.replays[0].reason == reason
    assert found.replays[0].value is None


@pytest.mark.more
def test_a_forged_program_that_fills_the_memory_breaks_the_limit_of_who_evaluates_it(
    launcher: Launcher,
) -> None:
    source = """
fresh = []
def step(seed, x):
    if isinstance(x, jax.core.Tracer) and not fresh:
        return jnp.broadcast_to(x.sum(), (40_000, 40_000)).sum(0).sum()[None]
    fresh.append(1)
    return x.sum()[None]
"""
    found = replayed(launcher, source, limits=Limits(wall_s=60.0, cpu_s=60.0, memory_mib=1500))
    assert found.replays[0].value is None
    assert found.replays[0].reason is not None
    assert "evaluated" in found.replays[0].reason


def test_a_forged_record_is_no_program(launcher: Launcher) -> None:
    source = """
import sys
fresh = []
def step(seed, x):
    if not fresh and isinstance(x, jax.core.Tracer):
        module = next(one for name, one in sys.modules.items() if name.endswith(".serve"))
        module.evaluable = lambda *_: ({"program": 3, "constants": 7}, ())
    fresh.append(1)
    return x.sum()[None]
"""
    reasons = [one.reason for one in replayed(launcher, source).replays]
    assert reasons[1] == "what was traced again is damaged"
