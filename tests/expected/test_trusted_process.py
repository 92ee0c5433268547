"""Many calls at one question, of one program after the other, in a trusted process."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import toys

from judge.evidence import ArrayValue
from judge.expected import trusted_process
from judge.expected.trusted_process import Mode, TrustedProcess, process_of
from judge.expected.trusted_worker import Trusted
from judge.expected.truth import as_numpy
from judge.flow import trace_spec
from judge.sandbox.session import Sandbox
from judge.sandbox.starting.launch import Launcher
from judge.sandbox.talking.case_inputs import case_input
from judge.sandbox.talking.requests import CaseInput, Program

TABLE = """\
import jax

import numpy as np


def keyed(seed, x):
    return (jax.random.normal(jax.random.key(int(seed)), (1,)) + x.sum()).astype("bfloat16").astype("float32")


def by_numpy(seed, x):
    return np.asarray([np.asarray(x).sum() + seed], np.float32)


def fails(seed, x):
    if seed > 1:
        raise ValueError("no")
    return x


def pair(seed, x):
    return x, None


def in_parts(parts, x):
    return x.reshape(parts, -1).sum(axis=1)[:1] * parts


TRACED = []


@jax.jit
def traced(x):
    TRACED.append(x)
    return x


def times_traced(seed, x):
    traced(x)
    return np.asarray([len(TRACED)], np.float32)


TABLE = {one.__name__: one for one in (keyed, by_numpy, fails, pair, in_parts, times_traced)}
"""


@pytest.fixture
def process(tmp_path: Path, zygote: Launcher) -> Iterator[TrustedProcess]:
    trusted = Trusted(Sandbox(toys.Kept(zygote)), zygote.start(), tmp_path, print)
    with process_of(trusted, "test") as found:
        assert found.load(program(tmp_path, TABLE, "TABLE")) is None
        yield found


def program(folder: Path, source: str, entry_point: str) -> Program:
    return Program(
        name="table.py",
        source=source,
        entry_point=entry_point,
        parameters=("seed", "x"),
        path=folder / "table.py",
        folder=folder,
        cache_write=True,
    )


def calls(*seeds: float) -> list[CaseInput]:
    problem = toys.problem()
    return [
        case_input(problem, toys.case(arguments={"seed": seed}), {"x": np.full((2, 3), seed, np.float32)})
        for seed in seeds
    ]


def in_parts(*parts: int) -> list[CaseInput]:
    """Calls with a whole number in the place of the seed."""
    return [
        replace(one, arguments=({"number": number}, *one.arguments[1:]))
        for one, number in zip(calls(*[1.0] * len(parts)), parts, strict=True)
    ]


def first(value: object) -> float:
    assert isinstance(value, ArrayValue)
    return float(as_numpy(value)[0])


def test_each_program_gives_a_value_for_each_call(process: TrustedProcess):
    assert process.names == ("by_numpy", "fails", "in_parts", "keyed", "pair", "times_traced")
    summed, paired = process.sweep(calls(1.0, 2.0), entries=["by_numpy", "pair"])
    assert [first(one) for one in summed.values] == [7.0, 14.0]
    assert len(paired.values) == 2


def test_what_fails_says_in_which_call_and_the_others_go_on(process: TrustedProcess):
    failed, summed = process.sweep(calls(1.0, 2.0), entries=["fails", "by_numpy"])
    assert (failed.failed, failed.fault) == (1, "ValueError: no (line 16)")
    assert summed.fault is None


def test_compiled_programs_take_each_seed_for_itself_and_give_the_eager_numbers(process: TrustedProcess):
    asked = calls(1.0, 2.0, 3.0)
    eager = process.sweep(asked, entries=["keyed", "by_numpy"])
    compiled = process.sweep(asked, entries=["keyed", "by_numpy"], mode="jitted", seed=0)
    assert compiled[0].values == eager[0].values
    assert [one.left_out for one in compiled] == [False, True]
    assert len({first(one) for one in compiled[0].values}) == 3


def test_a_whole_number_that_shapes_hang_on_makes_programs_of_their_own(process: TrustedProcess):
    asked = in_parts(1, 2, 3, 6, 1, 2, 3, 6)
    eager = process.sweep(asked, entries=["in_parts"])
    compiled = process.sweep(asked, entries=["in_parts", "pair"], mode="jitted")
    assert compiled[0].values == eager[0].values
    assert [first(one) for one in compiled[0].values[:3]] == [6.0, 6.0, 6.0]
    many = in_parts(*range(1, 11))
    assert process.sweep(many, entries=["in_parts"], mode="jitted")[0].left_out, "as many programs as calls"


def test_anew_all_is_compiled_again_as_in_a_process_of_its_own(process: TrustedProcess):
    modes: list[Mode] = ["eager", "eager", "anew", "eager"]
    times = [process.sweep(calls(1.0), entries=["times_traced"], mode=mode)[0].values[0] for mode in modes]
    assert list(map(first, times)) == [1.0, 1.0, 2.0, 2.0]


def test_what_others_compile_while_it_waits_is_there_when_it_is_asked_again(
    process: TrustedProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (mine,) = (tmp_path / "variants").glob("*/test")
    for folder in (mine.parent / "others", tmp_path / "compiled" / mine.parent.name):
        folder.mkdir(parents=True)
        (folder / f"of-{folder.parent.name}").write_text("compiled")
        os.utime(folder / f"of-{folder.parent.name}", (0, 0))
    monkeypatch.setattr(trusted_process, "SHARED_SECONDS", 3600.0)
    process.sweep(calls(1.0), entries=["by_numpy"])
    assert not list(mine.glob("of-*")), "looked just now"
    monkeypatch.setattr(trusted_process, "SHARED_SECONDS", 0.0)
    process.sweep(calls(1.0), entries=["by_numpy"])
    assert len(list(mine.glob("of-*"))) == 2


@pytest.mark.more
def test_in_double_nothing_is_rounded(process: TrustedProcess):
    asked = calls(1.001)
    rounded, exact = (
        process.sweep(asked, entries=["keyed"], mode=mode)[0].values[0] for mode in ("eager", "double")
    )
    assert isinstance(exact, ArrayValue)
    assert exact.dtype == "float64"
    assert 0 < abs(first(rounded) - first(exact)) < 0.05


def test_the_program_of_one_of_a_table_can_be_traced(process: TrustedProcess):
    spec = trace_spec(toys.problem())
    found = process.trace(calls(1.0)[0], spec, "keyed")
    assert found.program is not None
    assert "convert_element_type" in {step["op"] for step in found.program["steps"]}


def test_another_program_takes_the_place_of_the_first(process: TrustedProcess, tmp_path: Path):
    other = program(tmp_path, "def step(seed, x):\n    return x[0] + 1\n", "step")
    assert process.load(other) is None
    (found,) = process.sweep(calls(1.0))
    assert first(found.values[0]) == 2.0
    assert process.load(program(tmp_path, "def step(", "step")) == "this is not Python: '(' was never closed"


def test_a_process_that_ended_is_told_and_the_next_program_gets_another_one(
    process: TrustedProcess, tmp_path: Path
):
    deadly = program(tmp_path, "import os\ndef step(seed, x):\n    os._exit(3)\n", "step")
    assert process.load(deadly) is None
    (found,) = process.sweep(calls(1.0))
    assert found.fault is not None
    assert "exited with status 3" in found.fault
    assert process.load(program(tmp_path, TABLE, "TABLE")) is None
