import doctest
import re
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from flax import nnx
from traced import diagnosed, entry, ids, problem

from judge.cases import expand, materialise, select
from judge.compare import Comparison, compare
from judge.evidence import ArrayValue
from judge.finding import Finding, Severity
from judge.pitfalls import PITFALLS, Pitfall
from judge.problem.model import Case

HEADINGS = ["What it does", "Why it is bad", "Example", "Use instead"]
SHAPE_OF_A_PAGE = "".join(rf"\n## {heading}\n\n(?P<{heading[:3]}>\S.*?\n)" for heading in HEADINGS)
SNIPPET = re.compile(r"```python\n(.*?)```\n", re.DOTALL)
SESSION = re.compile(r"```pycon\n(.*?)```\n", re.DOTALL)
# What is missing is named where it should have been at the latest; the right code has it earlier.
EARLIER = {"unscaled-grads"}
every_pitfall = pytest.mark.parametrize("pitfall", PITFALLS, ids=lambda pitfall: pitfall.NAME)


def text(pitfall: Pitfall) -> str:
    assert pitfall.__doc__
    return pitfall.__doc__


def snippets(pitfall: Pitfall) -> list[str]:
    return SNIPPET.findall(text(pitfall))


@every_pitfall
def test_a_page_is_one_sentence_and_the_four_sections(pitfall: Pitfall):
    found = re.fullmatch(rf"[^\n]+[^.]\.\n{SHAPE_OF_A_PAGE}", text(pitfall), re.DOTALL)
    assert found is not None
    assert re.findall(r"^## (.*)$", text(pitfall), re.MULTILINE) == HEADINGS
    assert "```" not in found["Wha"]
    assert SNIPPET.fullmatch(found["Exa"])
    assert SNIPPET.fullmatch(found["Use"])


@every_pitfall
def test_a_page_fits_a_terminal(pitfall: Pitfall):
    lines = text(pitfall).splitlines()
    assert [line for line in lines if len(line) > 79] == []
    assert len(lines) <= 75


@every_pitfall
def test_what_a_page_says_of_numbers_is_true(pitfall: Pitfall):
    sessions = SESSION.findall(text(pitfall))
    names = {"jax": jax, "jnp": jnp, "nnx": nnx, "optax": optax}
    test = doctest.DocTestParser().get_doctest("\n".join(sessions), names, pitfall.NAME, None, None)
    said: list[str] = []
    result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=said.append)
    assert "".join(said) == ""
    assert result.attempted > 0


@every_pitfall
def test_the_wrong_code_of_a_page_has_that_pitfall_and_no_other(pitfall: Pitfall):
    findings = _findings(snippets(pitfall)[0])
    assert ids(findings) == [pitfall.NAME]
    assert findings[0].severity == pitfall.SEVERITY


@every_pitfall
def test_the_line_named_in_wrong_code_is_one_that_the_right_code_changes(pitfall: Pitfall):
    wrong, right = snippets(pitfall)
    (finding,) = _findings(wrong)
    assert finding.line is not None
    where = wrong.splitlines()[finding.line - 1]
    assert (where not in right.splitlines()) is (pitfall.NAME not in EARLIER)


@every_pitfall
def test_the_right_code_of_a_page_has_none(pitfall: Pitfall):
    assert _findings(snippets(pitfall)[1]) == ()


@pytest.mark.parametrize("name", ["generic", "off-grid", "delta"])
@every_pitfall
def test_the_right_code_of_a_page_gives_the_numbers_of_the_reference(pitfall: Pitfall, name: str):
    compared = against_the_reference(snippets(pitfall)[1], name)
    assert compared.message == ""
    assert compared.error == 0
    assert compared.representable


@every_pitfall
def test_pages_show_no_more_than_the_difference(pitfall: Pitfall):
    wrong, right = (snippet.splitlines() for snippet in snippets(pitfall))
    assert len(set(wrong) - set(right)) <= 2
    assert len(set(right) - set(wrong)) <= 2


def test_numbers_that_are_not_those_of_the_reference_would_be_seen():
    stale = next(pitfall for pitfall in PITFALLS if pitfall.NAME == "stale-loss")
    assert not against_the_reference(snippets(stale)[0], "generic").passed


def test_every_pitfall_of_the_problem_has_a_page_and_the_other_way_round():
    assert sorted(pitfall.NAME for pitfall in PITFALLS) == sorted(problem().pitfalls)


def test_a_file_is_named_as_its_pitfall():
    names = [pitfall.__name__.rpartition(".")[2].replace("_", "-") for pitfall in PITFALLS]
    assert names == [pitfall.NAME for pitfall in PITFALLS]


def test_only_a_loss_that_is_too_exact_is_no_error():
    warnings = [pitfall.NAME for pitfall in PITFALLS if pitfall.SEVERITY is Severity.WARNING]
    assert warnings == ["full-precision-loss"]


def against_the_reference(source: str, name: str) -> Comparison:
    """How the output of a submission compares on a case of the problem."""
    returned = _value(entry(source)(*_arguments(name)))
    return compare(_expected(name), returned, problem().returns, problem().tolerance)


@cache
def _findings(source: str) -> tuple[Finding, ...]:
    return diagnosed(source, run=True)


@cache
def _expected(name: str) -> ArrayValue:
    reference = (problem().reference / "reference.py").read_text(encoding="utf-8")
    return _value(entry(reference)(*_arguments(name)))


@cache
def _arguments(name: str) -> list[Any]:
    (case,) = select(expand(problem(), 0), [name])
    arrays = {key: jnp.asarray(array) for key, array in materialise(problem(), case, _no_weights).items()}
    return [(arrays | dict(case.arguments))[parameter.name] for parameter in problem().parameters]


def _no_weights(case: Case) -> dict[str, Any]:
    raise AssertionError(case.name)


def _value(output: Any) -> ArrayValue:
    array = np.asarray(output)
    return ArrayValue(dtype=array.dtype.name, shape=array.shape, data=array.tobytes())
