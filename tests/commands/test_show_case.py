"""Public cases as code; the ones of the exercise are run with its reference pasted in."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from judge.commands.inputs.find_problem import Problems
from judge.commands.show_case import chosen, public_case
from judge.errors import ReferenceFault, UsageError
from judge.problem.model import Problem

ROOT = Path(__file__).parents[2]
EXERCISE = "mixed_precision_step"


@pytest.fixture
def problem(root: Path) -> Problem:
    return Problems(root).problem("demo")


def test_the_name_of_several_stands_for_all_of_them(problem: Problem):
    assert [case.name for case in chosen(problem, "small", 0)] == ["small"]
    assert [case.name for case in chosen(problem, "drawn", 0)] == ["drawn[0]", "drawn[1]"]
    assert [case.name for case in chosen(problem, "drawn[1]", 0)] == ["drawn[1]"]


def test_drawn_numbers_are_those_of_the_entropy(problem: Problem):
    seeds = {chosen(problem, "drawn[0]", entropy)[0].arguments["seed"] for entropy in range(20)}
    assert len(seeds) > 3


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("secret", "this case is hidden, and told by name and verdict only."),
        ("smal", "no such case of demo. Did you mean small?"),
        ("drawn[2]", "no such case of demo. Did you mean drawn[1]?"),
        ("secre", "no such case of demo."),
    ],
)
def test_a_hidden_case_or_an_unknown_name_is_wrong_usage_that_says_which_there_are(
    problem: Problem, name: str, why: str
):
    with pytest.raises(UsageError) as told:
        public_case(problem, name, 0, print)
    assert str(told.value) == f"--case {name}: {why} Public cases: small, drawn[0], drawn[1]."


@pytest.mark.more
def test_a_reference_that_fails_is_our_fault_and_told(root: Path):
    (root / "reference/demo/reference.py").write_text("def double(seed, x):\n    raise KeyError(1)\n")
    with pytest.raises(ReferenceFault, match=r"^case small of demo: .*KeyError"):
        public_case(Problems(root).problem("demo"), "small", 0, lambda _: None)


RUN_ALL = "import runpy, sys; [runpy.run_path(path) for path in sys.argv[1:]]"


@pytest.mark.more
def test_the_printed_code_runs_with_the_reference_pasted_in_and_gives_what_it_expects(tmp_path: Path):
    problem = Problems(ROOT).problem(EXERCISE)
    reference = (ROOT / "reference" / EXERCISE / "reference.py").read_text()
    (tmp_path / "my_solution.py").write_text(reference)
    scripts, cases = [], 0
    for name in ("near-init", "drawn"):
        text = public_case(problem, name, 0, lambda _: None)
        pasted, imported = tmp_path / f"pasted_{name}.py", tmp_path / f"imported_{name}.py"
        pasted.write_text(f"{reference}\n\n{text}")
        imported.write_text(text.replace("# from my_solution", "from my_solution"))
        scripts += [pasted, imported]
        cases += 2 * text.count("# Case ")
    lines = _output("-c", RUN_ALL, *scripts, PYTHONPATH=str(tmp_path)).splitlines()
    assert len(lines) == 2 * cases == 2 * 2 * 3
    for returned, expected in zip(lines[::2], lines[1::2], strict=True):
        assert expected.startswith(returned.replace("returned", "expected") + " give or take [")


@pytest.mark.more
def test_the_printed_code_runs_as_it_is(tmp_path: Path):
    script = tmp_path / "case.py"
    script.write_text(public_case(Problems(ROOT).problem(EXERCISE), "generic", 0, lambda _: None))
    assert _output(script) == f"{EXERCISE} isn't defined: put it above, or import it there\n"


def _output(*arguments: str | Path, **settings: str) -> str:
    environment = {**os.environ, **settings}
    done = subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, check=True, timeout=120
    )
    return done.stdout
