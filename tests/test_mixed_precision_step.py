import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from judge.cases import expand
from judge.problem.load import load_problem
from judge.sandbox.starting.numeric_settings import NUMERIC_SETTINGS
from judge.verify.mistakes_read import flow_alone

ROOT = Path(__file__).resolve().parents[1]
Errors = dict[str, dict[str, tuple[float, str]]]  # program → case → error in tolerances, mark
PROBLEM = load_problem(ROOT, ROOT / "problems" / "mixed_precision_step")
# Exactly the same numbers as the right program in every case: only its flow tells.
TOLD_BY_FLOW_ALONE = flow_alone(PROBLEM)
# In a process of its own, because XLA reads its flags once; the cases are those with the largest margins.
MEASURE = """
import json, sys
from margins import expand, load_bench

bench = load_bench("mixed_precision_step")
cases = {case.name: case for case in expand(bench.problem, 0)}

def measured(programs, *names):
    found = {name: {} for name in programs}
    for case in names:
        for name, one in bench.measure(programs, cases[case]):
            found[name][case] = [one.error, one.mark]
    return found

right = {"reference": bench.reference, **bench.correct}
wanted = {"mistakes": bench.mistakes, "right": right}
print(json.dumps({which: measured(wanted[which], *sys.argv[2:]) for which in sys.argv[1].split(",")}))
"""

measuring = pytest.mark.xdist_group("measured mixed_precision_step")


def measure(request: pytest.FixtureRequest, which: str, *cases: str) -> dict[str, Errors]:
    """What these programs ("mistakes", "right") are off by in these cases."""
    compiled = request.config.cache.mkdir("mixed_precision_step")
    environment = {
        **os.environ,
        **NUMERIC_SETTINGS,
        "JAX_COMPILATION_CACHE_DIR": str(compiled),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
    }
    command = [sys.executable, "-c", MEASURE, which, *cases]
    done = subprocess.run(
        command, cwd=ROOT / "bench", env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def measured(request: pytest.FixtureRequest) -> dict[str, Errors]:
    return measure(request, "mistakes,right", "near-init", "off-grid")


def too_near(right: Errors) -> dict[tuple[str, str], tuple[float, str]]:
    """The right programs that are near to rejection, and where."""
    return {
        (name, case): (error, mark)
        for name, cases in right.items()
        for case, (error, mark) in cases.items()
        if error > 0.5 or mark
    }


@pytest.mark.more
@measuring
def test_the_reference_and_every_right_style_stay_within_half_a_tolerance(
    measured: dict[str, Errors],
) -> None:
    assert too_near(measured["right"]) == {}
    assert len(measured["right"]) >= 16


@pytest.mark.more
@measuring
def test_they_do_so_where_the_scale_is_1_and_where_little_is_left_of_the_loss(
    request: pytest.FixtureRequest,
) -> None:
    right = measure(request, "right", "scale-1", "delta")["right"]
    assert too_near(right) == {}
    assert len(right) >= 16


@pytest.mark.more
@measuring
def test_every_mistake_that_numbers_can_tell_is_off_by_eight_tolerances_or_not_representable(
    measured: dict[str, Errors],
) -> None:
    missed = {
        name: cases
        for name, cases in measured["mistakes"].items()
        if name not in TOLD_BY_FLOW_ALONE
        and not any(error >= 8 or mark == "*" for error, mark in cases.values())
    }
    assert missed == {}


@pytest.mark.more
@measuring
def test_what_only_the_flow_tells_gives_the_same_numbers_as_the_right_program(
    measured: dict[str, Errors],
) -> None:
    numbers = {name: list(measured["mistakes"][name].values()) for name in TOLD_BY_FLOW_ALONE}
    assert numbers == {name: [[0.0, ""], [0.0, ""]] for name in TOLD_BY_FLOW_ALONE}


@pytest.mark.more
@measuring
def test_every_pitfall_of_the_problem_has_a_mistake_and_every_mistake_a_pitfall_or_is_a_hint(
    measured: dict[str, Errors],
) -> None:
    families = {name.partition("/")[0] for name in measured["mistakes"]}
    assert families - {"hint"} == set(PROBLEM.pitfalls)


@pytest.mark.more
@measuring
def test_wrong_structure_is_told_as_such(measured: dict[str, Errors]) -> None:
    marks = {name: cases["near-init"][1] for name, cases in measured["mistakes"].items() if "output" in name}
    assert marks == {
        "wrong-output-shape/scalar": "shape",
        "wrong-output-shape/matrix": "shape",
        "wrong-output-dtype/bfloat16": "dtype",
        "wrong-output-dtype/float16": "dtype",
    }


def test_the_cases_have_two_shapes_in_all_and_the_third_one_has_no_scaling() -> None:
    cases = expand(PROBLEM, 0)
    assert {(case.shapes["x"], case.shapes["y"]) for case in cases} == {((8, 4), (8, 2)), ((2, 512), (2, 64))}
    assert cases[2].arguments["loss_scale"] == 1.0


@pytest.mark.parametrize("entropy", [0, 1, 2])
def test_loss_scales_stay_where_the_order_of_operations_does_not_matter(entropy: int) -> None:
    exponents = [math.log2(case.arguments["loss_scale"]) for case in expand(PROBLEM, entropy)]
    assert max(map(abs, exponents)) <= 120


def test_there_are_public_and_hidden_cases_and_drawn_ones_of_both_kinds() -> None:
    drawn = [case.name for case in expand(PROBLEM, 0) if "[" in case.name]
    assert drawn == ["drawn[0]", "drawn[1]", "hidden-drawn[0]", "hidden-drawn[1]"]
    assert {case.visibility for case in PROBLEM.cases} == {"public", "hidden"}


# In a process of its own, without a cache: counts what is compiled for each of these, one after another.
COMPILE = """
import json, sys
from pathlib import Path
import jax
import jax.numpy as jnp

compiled = 0

def listen(event, seconds, **_):
    global compiled
    compiled += event == "/jax/core/compile/backend_compile_duration"

jax.monitoring.register_event_duration_secs_listener(listen)

def run(path, name):
    global compiled
    module = {}
    exec(compile(Path(path).read_text(), path, "exec"), module)
    compiled = 0
    for x, y in shapes:
        jax.block_until_ready(module[name](3.0, jnp.zeros(x), jnp.zeros(y), 0.05, 1024.0))
    return compiled

shapes, programs = json.loads(sys.argv[1])
[jnp.zeros(shape) for pair in shapes for shape in pair]  # the arguments are the judge's
print(json.dumps([run(path, name) for path, name in programs]))
"""


def compiled(*programs: str) -> tuple[int, ...]:
    """How much each of these compiles that those before it didn't: functions of the warm-up, and samples."""
    shapes = sorted({(case.shapes["x"], case.shapes["y"]) for case in expand(PROBLEM, 0)})
    samples = ROOT / "submissions/mixed_precision_step/examples/accepted"
    asked = [
        shapes,
        [
            (str(samples / name), PROBLEM.entry_point)
            if name.endswith(".py")
            else (str(PROBLEM.warm_up), name)
            for name in programs
        ],
    ]
    done = subprocess.run(
        [sys.executable, "-c", COMPILE, json.dumps(asked)],
        env={**os.environ, **NUMERIC_SETTINGS},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return tuple(json.loads(done.stdout))


@pytest.mark.more
def test_what_a_worker_goes_through_leaves_nothing_to_compile_to_the_samples() -> None:
    (cold,) = compiled("lesson_recipe.py")
    assert cold > 30, "eager operations on two shapes, each compiled by itself"
    first, lesson, ahead, *fewer = compiled(
        "warm_up", "lesson_recipe.py", "compile_ahead", "functional_dict.py", "handwritten_update.py"
    )
    assert first >= cold
    assert lesson == 0
    assert ahead > 0
    assert fewer == [0, 0]


def test_the_statement_fits_a_terminal() -> None:
    lines = (PROBLEM.folder / "statement.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if len(line) > 80] == []


def test_the_statement_tells_the_limits_and_the_largest_layer_as_they_are() -> None:
    text = " ".join((PROBLEM.folder / "statement.md").read_text(encoding="utf-8").split())
    largest = max((case.shapes["x"][1] + 1) * case.shapes["y"][1] for case in expand(PROBLEM, 0))
    assert f"{PROBLEM.limits.wall_s:.0f} seconds and {PROBLEM.limits.memory_mib / 1024:.0f} GiB" in text
    assert f"Layers have up to {largest:,} parameters" in text
    assert largest**2 * 4 / 2**30 > PROBLEM.limits.memory_mib / 1024


def test_the_starter_is_a_program_that_returns_nothing_yet() -> None:
    source = (PROBLEM.folder / "starter.py").read_text(encoding="utf-8")
    namespace: dict[str, Any] = {}
    exec(compile(source, "starter.py", "exec"), namespace)
    assert namespace[PROBLEM.entry_point](3.0, None, None, 0.1, 1024.0) is None
