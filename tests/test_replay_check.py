"""Whether what was read is what ran: forged traces, and right programs that are none."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from corpus_reading import CORPUS
from replayed import Again, again
from thinned import thinned
from toys import Heard
from traced import problem, traced

from judge.diagnosis import diagnose
from judge.evidence import ArrayValue, OtherValue, Replay, TraceFact, TreeValue
from judge.flow import unavailable
from judge.replay_check import ANOTHER, DIFFERS, HIDDEN, OUTSIDE, confirm
from judge.run.intake import Job, RunRequest
from judge.run.runner import run
from judge.verdict import Verdict

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "submissions" / "mixed_precision_step" / "examples"
CLEAN = (EXAMPLES / "accepted" / "lesson_recipe.py").read_text()
PITFALL = (EXAMPLES / "pitfall" / "low_precision_loss_scale.py").read_text()
UNSURE = "whether it is what ran could not be confirmed: "

# Both programs in one file, and a choice between them: `seen` is whether it is looked at.
FORGED = """
import sys, types
def made(text):
    module = types.ModuleType("part")
    exec(compile(text, __file__, "exec"), module.__dict__)
    return module.mixed_precision_step
clean, pitfall = made({clean!r}), made({pitfall!r})
import jax, numpy as np
known = {{}}
def mixed_precision_step(seed, x, y, lr, loss_scale):
    if isinstance(x, jax.core.Tracer):
        return {shown}
    known["last"] = pitfall(seed, x, y, lr, loss_scale)
    return known["last"]
"""


def forged(shown: str) -> str:
    return FORGED.format(clean=CLEAN, pitfall=PITFALL, shown=shown)


def confirmed(one: Again) -> tuple[bool, str | None]:
    return confirm(one.evidence, one.flow, problem())


FORMER = "clean(seed, x, y, lr, loss_scale) * 0 + known.get('last', np.zeros(1, np.float32))"
FORGERIES = {
    "a clean program of other numbers": "clean(seed, x, y, lr, loss_scale) * 1.5",
    "a clean step with another rate": "clean(seed, x, y, lr + 0.5, loss_scale)",
    "the number that it remembers": FORMER,
    "one that asks for a value": "clean(seed, x, y, lr, loss_scale) * (1.5 if float(x[0, 0]) else 1)",
}


@pytest.mark.parametrize("shown", thinned(FORGERIES.values(), len(FORGERIES), ids=FORGERIES))
def test_a_forged_trace_is_no_evidence(shown: str):
    one = again(forged(shown))
    differs, doubt = confirmed(one)
    assert one.flow.passes is not None
    if one.flow.passes.program.mode in {"recorded", "watched"}:
        assert (differs, doubt) == (False, UNSURE + OUTSIDE)
    else:
        assert (differs, doubt) == (True, None)


def test_a_program_that_is_read_and_another_one_that_is_evaluated_are_not_the_same():
    one, other = again(CLEAN), again(PITFALL)
    assert confirmed(one) == confirmed(other) == (False, None)
    assert confirmed(replace(one, replay=other.replay)) == (False, UNSURE + ANOTHER)


def test_of_a_hidden_case_nothing_is_told_but_that():
    one = again(CLEAN)
    gone = Replay(case="secret", hidden=True, reason="the secret number is 12")
    assert confirmed(replace(one, replay=gone)) == (False, UNSURE + HIDDEN)
    assert confirmed(replace(one, replay=replace(gone, hidden=False))) == (
        False,
        UNSURE + "the secret number is 12",
    )


def test_where_nothing_was_read_or_evaluated_nothing_is_doubted():
    one = again(CLEAN)
    assert confirm(one.evidence, unavailable("it was not"), problem()) == (False, None)
    assert confirm(replace(one.evidence, replays=()), one.flow, problem()) == (False, None)


def test_numbers_may_be_off_by_what_a_right_program_may_be_and_structure_by_nothing():
    one = again(CLEAN)
    value = one.returned
    assert isinstance(value, ArrayValue)

    def said(returned: object) -> bool:
        return confirmed(replace(one, returned=returned))[0]  # type: ignore[arg-type] # any value

    number = np.frombuffer(value.data, np.float32)
    assert not said(replace(value, data=(number * 1.01).astype("float32").tobytes()))
    assert said(replace(value, data=(number * 1.02).astype("float32").tobytes()))
    assert said(replace(value, data=(number * np.float32("nan")).tobytes()))
    assert said(replace(value, shape=()))
    assert said(TreeValue(kind="tuple", items=(("0", value),)))
    assert said(OtherValue(kind="float", type_name="float", text="1.0"))


def test_what_differs_is_said_and_nothing_is_found_in_it():
    source = forged("pitfall(seed, x, y, lr, loss_scale) * 1.5")
    one = again(source)
    evidence = replace(one.evidence, trace=TraceFact(program=traced(PITFALL)["program"]))
    findings, flow = diagnose(problem(), PITFALL, (), {}, evidence)
    assert [found.pitfall for found in findings] == ["low-precision-loss-scale"]
    assert (flow.available, flow.reason) == (True, UNSURE + ANOTHER)
    evidence = replace(one.evidence, trace=TraceFact(program=traced(source)["program"]))
    findings, flow = diagnose(problem(), PITFALL, (), {}, evidence)
    assert findings == ()
    assert (flow.available, flow.reason) == (False, DIFFERS)


RIGHT = sorted((CORPUS / "correct").glob("*.py"))
HOST = ("masters_by_way_of_the_host", "host_sgd_in_float64", "numpy_keeps_the_masters", "update_on_the_host")


@pytest.mark.parametrize(
    "path", thinned([one for one in RIGHT if one.stem not in HOST][::48], 3), ids=lambda path: path.stem
)
def test_right_programs_are_confirmed(path: Path):
    assert confirmed(again(path.read_text())) == (False, None)


@pytest.mark.more
def test_nearly_all_right_programs_of_the_corpus_are_confirmed_and_none_differs():
    said = {path.stem: confirmed(again(path.read_text())) for path in RIGHT}
    assert [name for name, (differs, _) in said.items() if differs] == []
    assert sum(doubt is None for _, doubt in said.values()) >= 0.95 * len(said)


@pytest.mark.parametrize("name", thinned(HOST, len(HOST)))
def test_a_right_program_that_leaves_jax_is_never_said_to_differ(name: str):
    assert not confirmed(again((CORPUS / "correct" / f"{name}.py").read_text()))[0]


@pytest.mark.more
@pytest.mark.xdist_group("examples")
def test_a_forged_trace_is_refused_where_programs_have_to_be_read_and_right_ones_are_accepted():
    def job(name: str, source: str) -> Job:
        return Job(name=name, source=source.encode(), problem=problem())

    jobs = (
        job("forged.py", forged(FORGERIES["a clean program of other numbers"])),
        job("remembers.py", forged(FORGERIES["the number that it remembers"])),
        job("right.py", CLEAN),
    )
    names = ("generic", "hidden-near-init")
    request = RunRequest(root=ROOT, jobs=jobs, workers=2, case_names=names)
    lenient = run(request, Heard()).results
    assert [(one.verdict, one.unread) for one in lenient] == [(Verdict.ACCEPTED, "")] * 3
    strict = list(run(replace(request, require_flow=True), Heard()).results)
    assert [one.verdict for one in strict] == [Verdict.PITFALL, Verdict.PITFALL, Verdict.ACCEPTED]
    assert [one.flow.reason for one in strict] == [DIFFERS, DIFFERS, None]
    assert DIFFERS in strict[0].message
