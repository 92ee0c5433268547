"""What the cases of further problems tell: right styles pass, mistakes fail, or only the flow tells.

Measured in a process of its own, because XLA reads its flags once; docs/numerics.md has the whole tables.
"""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from judge.cases import expand
from judge.problem.load import load_problem
from judge.sandbox.starting.numeric_settings import NUMERIC_SETTINGS
from judge.verify.mistakes_read import flow_alone

ROOT = Path(__file__).resolve().parents[1]
NAMES = ("accumulated_step", "dynamic_loss_scale_step")
LARGEST = 512 * 64 + 64  # parameters of the largest layer that any case may have
MEASURE = """
import json, sys
from margins import expand, load_bench

bench = load_bench(sys.argv[1])
cases = [case for case in expand(bench.problem, 0) if "[" not in case.name]

def measured(programs):
    return {
        name: max(((one.error, one.mark) for one in found), key=lambda pair: (pair[1] != "", pair[0]))
        for name, found in zip(programs, zip(*(
            [one for _, one in bench.measure(programs, case)] for case in cases
        )))
    }

def some(programs):
    return dict(list(programs.items())[:: int(sys.argv[2])])

right = {"reference": bench.reference, **some(bench.correct)}
print(json.dumps({"mistakes": measured(some(bench.mistakes)), "right": measured(right)}))
"""
every = pytest.mark.parametrize("name", NAMES)
measuring = pytest.mark.xdist_group("measured problems")
each_or_all = pytest.mark.parametrize(
    "step", [pytest.param(8, id="some"), pytest.param(1, id="all", marks=pytest.mark.soak)]
)


@pytest.fixture(scope="module")
def compiled(request: pytest.FixtureRequest) -> Path:
    return request.config.cache.mkdir("problems")


@cache
def measured(name: str, step: int, compiled: Path) -> dict[str, dict[str, tuple[float, str]]]:
    """The largest error of every program, or each so-manieth, over the cases with fixed data.

    In tolerances, with its mark.
    """
    environment = {
        **os.environ,
        **NUMERIC_SETTINGS,
        "JAX_COMPILATION_CACHE_DIR": str(compiled),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
    }
    command = [sys.executable, "-c", MEASURE, name, str(step)]
    done = subprocess.run(
        command, cwd=ROOT / "bench", env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.more
@measuring
@each_or_all
@every
def test_the_reference_and_right_styles_stay_within_half_a_tolerance(
    name: str, step: int, compiled: Path
) -> None:
    right = measured(name, step, compiled)["right"]
    assert {key: one for key, one in right.items() if one[0] > 0.5 or one[1]} == {}
    assert len(right) >= 40 / step


@pytest.mark.more
@measuring
@each_or_all
@every
def test_mistakes_are_told_by_numbers_or_are_known_to_be_told_by_the_flow_alone(
    name: str, step: int, compiled: Path
) -> None:
    mistakes = measured(name, step, compiled)["mistakes"]
    named = {key: one for key, one in mistakes.items() if not key.startswith("hint/")}
    missed = {key for key, (error, mark) in named.items() if error < 8 and not mark}
    alone = flow_alone(load_problem(ROOT, ROOT / "problems" / name))
    assert missed == named.keys() & set(alone)
    assert len(named) >= 60 / step
    assert {key: mistakes[key] for key in missed} == {key: [0.0, ""] for key in missed}


@every
def test_every_pitfall_has_a_mistake_and_every_mistake_a_pitfall_or_is_a_hint(name: str) -> None:
    problem = load_problem(ROOT, ROOT / "problems" / name)
    told = (problem.reference / "mistakes.py").read_text(encoding="utf-8")
    assert [pitfall for pitfall in problem.pitfalls if f'"{pitfall}' not in told] == []


@every
def test_the_cases_are_of_two_shapes_and_no_larger_than_the_statement_says(
    name: str,
) -> None:
    problem = load_problem(ROOT, ROOT / "problems" / name)
    cases = expand(problem, 0)
    assert len({(case.shapes["x"], case.shapes["y"]) for case in cases}) == 2
    assert {case.visibility for case in cases} == {"public", "hidden"}
    assert max((case.shapes["x"][1] + 1) * case.shapes["y"][1] for case in cases) == LARGEST
    text = " ".join((problem.folder / "statement.md").read_text(encoding="utf-8").split())
    assert f"{LARGEST:,} parameters" in text
    assert f"{problem.limits.wall_s:.0f} seconds and {problem.limits.memory_mib / 1024:.0f} GiB" in text


@every
def test_the_statement_fits_a_terminal_and_the_starter_returns_nothing_yet(name: str) -> None:
    problem = load_problem(ROOT, ROOT / "problems" / name)
    lines = (problem.folder / "statement.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if len(line) > 80] == []
    namespace: dict[str, object] = {}
    source = (problem.folder / "starter.py").read_text(encoding="utf-8")
    exec(compile(source, "starter.py", "exec"), namespace)
    step = namespace[problem.entry_point]
    assert callable(step)
    assert step(*[None] * len(problem.parameters)) is None
