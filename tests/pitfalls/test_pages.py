import re

import pytest
from traced import diagnosed, ids, problem

from judge.pitfalls import PITFALLS, Pitfall

HEADINGS = ["What it does", "Why it is bad", "Example", "Use instead"]
SNIPPET = re.compile(r"```python\n(.*?)```", re.DOTALL)
every_pitfall = pytest.mark.parametrize("pitfall", PITFALLS, ids=lambda pitfall: pitfall.NAME)


def snippets(pitfall: Pitfall) -> list[str]:
    return SNIPPET.findall(pitfall.__doc__ or "")


@every_pitfall
def test_a_page_has_a_title_and_the_fixed_headings(pitfall):
    title = pitfall.__doc__.splitlines()[0]
    assert title.endswith(".")
    assert re.findall(r"^## (.*)$", pitfall.__doc__, re.MULTILINE) == HEADINGS
    assert len(snippets(pitfall)) == 2


@every_pitfall
def test_the_wrong_code_of_a_page_has_that_pitfall_and_no_other(pitfall):
    findings = diagnosed(snippets(pitfall)[0], run=True)
    assert ids(findings) == [pitfall.NAME]
    assert findings[0].severity == pitfall.SEVERITY
    assert findings[0].line is not None


@every_pitfall
def test_the_right_code_of_a_page_has_none(pitfall):
    assert diagnosed(snippets(pitfall)[1], run=True) == ()


def test_every_pitfall_of_the_problem_has_a_page_and_the_other_way_round():
    assert sorted(pitfall.NAME for pitfall in PITFALLS) == sorted(problem().pitfalls)


def test_a_file_is_named_as_its_pitfall():
    names = [pitfall.__name__.rpartition(".")[2].replace("_", "-") for pitfall in PITFALLS]
    assert names == [pitfall.NAME for pitfall in PITFALLS]
