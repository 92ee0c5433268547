import doctest
import re
import textwrap
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from flax import nnx
from listings import (
    LISTING,
    as_far_as_shown,
    difference,
    everything_shown,
    is_header,
    listing,
    programs,
    right,
    side,
    unnamed,
    wrong,
)
from thinned import thinned
from traced import ROOT, diagnosed, entry, ids, problem, problem_of

from judge.cases import expand, materialise, select
from judge.compare import Comparison, compare
from judge.evidence import ArrayValue
from judge.finding import Finding, Severity
from judge.pitfalls import PITFALLS, Pitfall
from judge.problem.model import Case, CaseTemplate, Problem

HEADINGS = ["What it does", "Why it is bad", "What differs"]
SHAPE_OF_A_PAGE = "".join(rf"\n## {heading}\n\n(?P<{heading.split()[-1]}>\S.*?\n)" for heading in HEADINGS)
SESSION = re.compile(r"```pycon\n(.*?)```\n", re.DOTALL)
# What is missing is named where it should have been at the latest; the right program has it earlier.
EARLIER = {"unscaled-grads"}
some_pitfalls = pytest.mark.parametrize(
    "pitfall", thinned(PITFALLS, 12, ids=[pitfall.NAME for pitfall in PITFALLS])
)
read_once = pytest.mark.xdist_group("pages")  # by one worker, which keeps what it found
every_pitfall = pytest.mark.parametrize("pitfall", PITFALLS, ids=lambda pitfall: pitfall.NAME)


def text(pitfall: Pitfall) -> str:
    assert pitfall.__doc__
    return pitfall.__doc__


@every_pitfall
def test_a_page_is_one_sentence_and_the_three_sections(pitfall: Pitfall):
    found = re.fullmatch(rf"[^\n]+[^.]\.\n{SHAPE_OF_A_PAGE}", text(pitfall), re.DOTALL)
    assert found is not None
    assert re.findall(r"^## (.*)$", text(pitfall), re.MULTILINE) == HEADINGS
    assert "```" not in found["does"]
    assert LISTING.fullmatch(found["differs"])


@every_pitfall
def test_a_page_fits_a_terminal(pitfall: Pitfall):
    lines = text(pitfall).splitlines()
    assert [line for line in lines if len(line) > 79] == []
    assert len(lines) <= 45


@every_pitfall
def test_what_a_page_says_of_numbers_is_true(pitfall: Pitfall):
    sessions = SESSION.findall(text(pitfall))
    names = {"jax": jax, "jnp": jnp, "nnx": nnx, "optax": optax}
    test = doctest.DocTestParser().get_doctest("\n".join(sessions), names, pitfall.NAME, None, None)
    said: list[str] = []
    result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=said.append)
    assert "".join(said) == ""
    assert result.attempted > 0


@some_pitfalls
@read_once
def test_the_program_with_the_mistake_of_a_page_has_that_pitfall_and_no_other(pitfall: Pitfall):
    findings = _findings(wrong(pitfall))
    assert ids(findings) == [pitfall.NAME]
    assert findings[0].severity == pitfall.SEVERITY


@some_pitfalls
@read_once
def test_the_line_named_in_the_wrong_program_is_one_that_the_page_marks(pitfall: Pitfall):
    (finding,) = _findings(wrong(pitfall))
    assert finding.line is not None
    where = wrong(pitfall).splitlines()[finding.line - 1]
    assert (f"-{where}" in listing(pitfall).splitlines()) is (pitfall.NAME not in EARLIER)


@pytest.mark.parametrize("program", thinned(programs(), 14, ids=map(str, range(len(programs())))))
def test_the_right_programs_have_none_and_give_the_numbers_of_the_reference(program: str):
    assert _findings(program) == ()
    asked = problem_of(program)
    for name in plain_cases(asked):
        compared = against_the_reference(program, name)
        on_grid = True if asked.tolerance.representable_in else None
        assert (compared.message, compared.error, compared.representable) == ("", 0, on_grid)


@every_pitfall
def test_a_page_shows_exactly_the_difference_of_the_two_programs_and_little_more(pitfall: Pitfall):
    shown = listing(pitfall)
    assert shown == difference(wrong(pitfall), right(pitfall))
    marks = [line[:1] for line in shown.splitlines()]
    assert marks.count("-") <= 2
    assert 1 <= marks.count("+") <= 2


def test_every_right_program_is_behind_a_page():
    assert unnamed() == set()


@every_pitfall
def test_no_page_is_a_submission(pitfall: Pitfall):
    code = "".join(re.findall(r"^```\w+\n(.*?)^```$", text(pitfall), re.DOTALL | re.MULTILINE))
    for attempt in (code, side(code, "+"), textwrap.dedent(side(listing(pitfall), "+"))):
        assert not _accepted(attempt)
        assert not _accepted(_completed(attempt))


@pytest.mark.parametrize("program", programs(), ids=range(len(programs())))
def test_all_pages_put_together_are_no_submission(program: str):
    step = program.partition(header(program))[2].splitlines()[1:]
    hidden = [
        line for line in step if line and not is_header(line) and line.strip() not in everything_shown()
    ]
    assert len(hidden) >= 2
    assert not _accepted(as_far_as_shown(program))


@pytest.mark.more
def test_a_right_program_would_be_taken_for_a_submission():
    assert all(map(_accepted, programs()))
    first = programs()[0]
    assert _accepted(_completed(first.partition(header(first))[2].partition("\n")[2], first))


def test_numbers_that_are_not_those_of_the_reference_would_be_seen():
    stale = next(pitfall for pitfall in PITFALLS if pitfall.NAME == "stale-loss")
    assert not against_the_reference(wrong(stale), "generic").passed


def test_every_pitfall_of_a_problem_has_a_page_and_every_page_is_some_problems():
    files = (ROOT / "problems").glob("*/problem.yaml")
    asked = {name for path in files for name in problem(path.parent.name).pitfalls}
    assert {pitfall.NAME for pitfall in PITFALLS} == asked


def test_a_file_is_named_as_its_pitfall():
    names = [pitfall.__name__.rpartition(".")[2].replace("_", "-") for pitfall in PITFALLS]
    assert names == [pitfall.NAME for pitfall in PITFALLS]


def test_only_a_loss_that_is_too_exact_is_no_error():
    warnings = [pitfall.NAME for pitfall in PITFALLS if pitfall.SEVERITY is Severity.WARNING]
    assert warnings == ["full-precision-loss"]


def _accepted(source: str) -> bool:
    """Whether the source is Python that gives the numbers of the reference, without an error."""
    names = plain_cases(problem_of(source))
    try:
        return all(against_the_reference(source, name).passed for name in names) and not _findings(source)
    except Exception:  # noqa: BLE001 - whatever keeps it from being a solution
        return False


def _completed(body: str, before: str = "") -> str:
    """The body with a header and the imports; `before` is a program whose other functions it may use."""
    asked = problem_of(before)
    helpers = before.partition(header(before))[0]
    imports = "import jax\nimport jax.numpy as jnp\nimport optax\nfrom flax import nnx\n"
    names = ", ".join(parameter.name for parameter in asked.parameters)
    step = f"def {asked.entry_point}({names}):\n"
    return imports + helpers + step + textwrap.indent(textwrap.dedent(body), "    ")


def header(program: str) -> str:
    """How the definition of a program's entry point begins."""
    return f"def {problem_of(program).entry_point}"


def plain_cases(asked: Problem) -> list[str]:
    """Public cases with fixed data that need no weights of the reference's, three at most."""
    return [case.name for case in asked.cases if _is_plain(case)][:3]


def _is_plain(case: CaseTemplate) -> bool:
    return (
        case.visibility == "public"
        and case.data_seed is not None
        and not any(recipe.of for recipe in case.data.values())
    )


def against_the_reference(source: str, name: str) -> Comparison:
    """How the output of a submission compares on a case of the problem."""
    asked = problem_of(source)
    returned = _value(entry(source)(*_arguments(asked.id, name)))
    return compare(_expected(asked.id, name), returned, asked.returns, asked.tolerance)


@cache
def _findings(source: str) -> tuple[Finding, ...]:
    return diagnosed(source, run=True)


@cache
def _expected(asked: str, name: str) -> ArrayValue:
    reference = (problem(asked).reference / "reference.py").read_text(encoding="utf-8")
    return _value(entry(reference)(*_arguments(asked, name)))


@cache
def _arguments(asked: str, name: str) -> list[Any]:
    (case,) = select(expand(problem(asked), 0), [name])
    made = materialise(problem(asked), case, _no_weights)
    arrays = {key: jnp.asarray(array) for key, array in made.items()}
    return [(arrays | dict(case.arguments))[parameter.name] for parameter in problem(asked).parameters]


def _no_weights(case: Case) -> dict[str, Any]:
    raise AssertionError(case.name)


def _value(output: Any) -> ArrayValue:
    array = np.asarray(output)
    return ArrayValue(dtype=array.dtype.name, shape=array.shape, data=array.tobytes())
