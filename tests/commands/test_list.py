from pathlib import Path

from commands.exercises import make_problem
from judge.commands.inputs.find_problem import Problems
from judge.commands.list import listing

DEMO = """\
demo: Double it
  double(seed, x)
    small     public  weight 1
    drawn[0]  public  weight 1
    drawn[1]  public  weight 1
    secret    hidden  weight 1"""


def test_every_problem_is_listed_with_its_cases(root: Path):
    make_problem(root, "other")
    assert listing(Problems(root)) == (f"{DEMO}\n\n{DEMO.replace('demo', 'other')}", ())


def test_a_broken_problem_does_not_hide_the_others(root: Path):
    make_problem(root, "broken").joinpath("problem.yaml").write_text("id: broken\nnonsense: 1\n")
    text, faults = listing(Problems(root))
    assert text == DEMO
    assert {fault.path for fault in faults} == {"problems/broken/problem.yaml"}
    assert any("nonsense" in str(fault) for fault in faults)
