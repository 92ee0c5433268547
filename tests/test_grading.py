from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from toys import array, case, gave, other, problem, truth

from judge.evidence import (
    Capture,
    CaseEvidence,
    Evidence,
    ExceptionFact,
    LoadFault,
    Stop,
    StopReason,
    Submission,
)
from judge.expected.truth import CaseTruth
from judge.finding import EvidenceKind, Finding, Severity
from judge.grading import Diagnosis, Judged, grade, score
from judge.messages.no_value import LIMITS, STOP_VERDICTS
from judge.problem.model import Case
from judge.report import CaseResult, FlowFact, NearLimit, SubmissionResult
from judge.verdict import Verdict

SUBMISSION = Submission(name="submissions/toy/ada.py", data=b"import this\n", source="import this\n")
READ = FlowFact(available=True)
BOTH = (case("one"), case("two", weight=3.0))
HIDDEN = (case("shown"), case("veiled", visibility="hidden"))


def finding(pitfall: str = "stale-loss", **changes: Any) -> Finding:
    made = Finding(
        pitfall=pitfall,
        severity=Severity.ERROR,
        message="the loss is the old one",
        help="compute it again",
        evidence=EvidenceKind.FLOW,
    )
    return replace(made, **changes)


def graded(
    *evidence: CaseEvidence,
    cases: Sequence[Case] = BOTH,
    truths: dict[str, CaseTruth] | None = None,
    findings: tuple[Finding, ...] = (),
    fault: LoadFault | None = None,
    flow: FlowFact = READ,
    require_flow: bool = False,
    source: str | None = SUBMISSION.source,
    **facts: Any,
) -> SubmissionResult:
    """What comes of this evidence; 1.0 is expected everywhere unless `truths` says otherwise."""
    return grade(
        replace(SUBMISSION, source=source),
        problem(points=20),
        cases,
        {one.name: truth() for one in cases} | (truths or {}),
        Evidence(load_fault=fault, cases=evidence, **facts),
        cases_sha256="c0ffee",
        diagnose=lambda _: (findings, flow),
        require_flow=require_flow,
    )


def verdicts(result: SubmissionResult) -> list[Verdict]:
    return [one.verdict for one in result.cases]


def stop(reason: StopReason, detail: str = "so it was") -> Stop:
    return Stop(reason=reason, detail=detail)


def test_a_right_submission_is_accepted_and_everything_known_of_it_is_in_the_result() -> None:
    capture = Capture(stdout="hello\n")
    passed = CaseResult(
        name="",
        verdict=Verdict.ACCEPTED,
        visibility="public",
        weight=0.0,
        seconds=0.25,
        message="",
        expected=(1.0,),
        tolerance=2**-6,
    )
    result = graded(
        gave("one", 1.0, cpu_seconds=0.5, peak_memory_mib=300.0),
        gave("two", 1.0078125),
        capture=capture,
        seconds=1.5,
    )
    assert result == SubmissionResult(
        submission="submissions/toy/ada.py",
        sha256=SUBMISSION.sha256,
        problem="toy",
        cases_sha256="c0ffee",
        verdict=Verdict.ACCEPTED,
        score=1.0,
        seconds=1.5,
        message="all 2 cases pass",
        source="import this\n",
        flow=READ,
        capture=capture,
        points=20,
        cases=(
            replace(
                passed,
                name="one",
                weight=1.0,
                cpu_seconds=0.5,
                peak_memory_mib=300.0,
                actual=(1.0,),
                error=0.0,
            ),
            replace(passed, name="two", weight=3.0, actual=(1.0078125,), error=0.0078125),
        ),
    )


def test_the_digest_is_that_of_the_bytes() -> None:
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert Submission(name="-", data=b"").sha256 == empty


def test_a_single_case_is_told_as_one() -> None:
    assert graded(gave("one", 1.0), cases=BOTH[:1]).message == "the case passes"


def test_a_wrong_answer_costs_its_weight_and_is_told_first() -> None:
    result = graded(gave("one", 1.0), gave("two", 2.0))
    assert (result.verdict, result.score, verdicts(result)) == (
        Verdict.WRONG_ANSWER,
        0.25,
        [Verdict.ACCEPTED, Verdict.WRONG_ANSWER],
    )
    said = "expected 1, got 2: off by 64 tolerances (allowed: 0.015625 either way)"
    assert (result.message, result.cases[1].message) == (f"case two: {said}", said)


def test_what_is_no_array_is_a_wrong_answer() -> None:
    result = graded(gave("one", other("none")), gave("two", array([[1.0]])))
    assert verdicts(result) == [Verdict.WRONG_ANSWER] * 2
    assert result.message.startswith("case one: the function returned nothing (None); return an array")
    assert result.score == 0.0


TEXT = """\
def step(seed, x):
    while seed:
        seed += 1
    return float(x)
"""


def lines(*evidence: CaseEvidence, source: str = TEXT, **facts: Any) -> tuple[int | None, list[int | None]]:
    """The submission's line, and those of its cases."""
    result = graded(*evidence, source=source, **facts)
    return result.line, [one.line for one in result.cases]


def test_the_line_is_that_of_the_message() -> None:
    wrong = gave("two", other("float"), left_at=4)
    assert lines(gave("one", 1.0, left_at=4), wrong) == (4, [None, 4])
    assert lines(gave("one", 5.0, left_at=4), wrong) == (None, [None, 4])
    raised = CaseEvidence(name="two", exception=ExceptionFact(type="ValueError", message="", lines=(4, 3)))
    assert lines(gave("one", 5.0), raised) == (3, [None, 3])
    late = CaseEvidence(name="one", stop=Stop(reason=StopReason.WALL, detail="20 s", line=2))
    assert lines(late, raised) == (2, [2, 3])
    assert lines(CaseEvidence(name="one", stop=Stop(reason=StopReason.WALL, line=77)), raised) == (
        None,
        [None, 3],
    )


def test_the_line_of_a_finding_goes_before_those_of_the_cases() -> None:
    wrong = gave("one", array(1.0), left_at=4)
    assert lines(wrong, gave("two", 1.0), findings=(finding(line=2),)) == (2, [4, None])
    assert lines(wrong, gave("two", 1.0), findings=(finding(line=None),)) == (None, [4, None])


def test_a_file_that_cannot_be_imported_has_a_line() -> None:
    exception = ExceptionFact(type="ValueError", message="no", lines=(3,))
    imported = LoadFault(kind="import", message="ValueError", line=3, exception=exception)
    assert lines(fault=imported) == (3, [3, 3])
    assert lines(fault=LoadFault(kind="syntax", message="this is not Python", line=2)) == (2, [])


def test_of_a_hidden_case_no_line_is_told() -> None:
    wrong = gave("veiled", other("float"), left_at=4)
    assert lines(gave("shown", 1.0), wrong, cases=HIDDEN) == (None, [None, None])


@pytest.mark.parametrize("reason", StopReason)
def test_every_stop_has_its_verdict_and_keeps_what_was_measured(reason: StopReason) -> None:
    result = graded(CaseEvidence(name="one", stop=stop(reason), seconds=20.0), gave("two", 1.0))
    one = result.cases[0]
    assert one.verdict is STOP_VERDICTS[reason]
    assert one.message.endswith("so it was")
    assert one.limit == (reason.value if reason in LIMITS else None)
    assert one.seconds == 20.0
    assert result.cases[1].verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        (StopReason.WALL, "took longer than allowed: so it was"),
        (StopReason.CPU, "used more CPU time than allowed: so it was"),
        (StopReason.MEMORY, "used more memory than allowed: so it was"),
        (StopReason.OUTPUT, "printed more than allowed: so it was"),
        (StopReason.RETURNED, "returned more than allowed: so it was"),
        (StopReason.PROTOCOL, "gave no result that can be read: so it was"),
        (StopReason.EXIT, "so it was"),
    ],
)
def test_a_stop_is_told_in_words(reason: StopReason, message: str) -> None:
    result = graded(CaseEvidence(name="one", stop=stop(reason)), cases=BOTH[:1])
    assert (result.cases[0].message, result.message) == (message, f"case one: {message}")


@pytest.mark.parametrize(
    ("exception", "message"),
    [
        (ExceptionFact(type="ValueError", message="no", lines=(3, 7)), "ValueError: no (line 7)"),
        (ExceptionFact(type="ValueError", message="\n no\nand more"), "ValueError: no"),
        (ExceptionFact(type="AssertionError", message="", lines=(9,)), "AssertionError (line 9)"),
        (ExceptionFact(type="Two\nLines", message="a\x0bb", lines=()), "Two Lines: a"),
    ],
)
def test_an_exception_is_told_in_one_line_with_its_place(exception: ExceptionFact, message: str) -> None:
    result = graded(CaseEvidence(name="one", exception=exception), gave("two", 1.0))
    assert (result.cases[0].verdict, result.cases[0].message) == (Verdict.RUNTIME_ERROR, message)
    assert (result.message, result.exception) == (f"case one: {message}", exception)


def test_evidence_of_nothing_at_all_is_a_runtime_error() -> None:
    assert graded(CaseEvidence(name="one"), gave("two", 1.0)).message == "case one: gave no result"


def test_a_case_whose_truth_is_missing_is_our_fault_and_left_out_of_the_score() -> None:
    broken = {"two": truth(value=None, fault="the reference failed: ValueError: x")}
    result = graded(gave("one", 1.0), gave("two", 1.0), truths=broken)
    assert (result.verdict, result.score) == (Verdict.JUDGE_ERROR, 1.0)
    said = "this case can't be judged, which is not your fault: the reference failed: ValueError: x"
    assert result.message == f"case two: {said}"


def test_our_fault_does_not_hide_the_learners() -> None:
    broken = {"two": truth(value=None, fault="x")}
    result = graded(gave("one", 2.0), truths=broken)
    assert (result.verdict, result.score) == (Verdict.WRONG_ANSWER, 0.0)
    assert verdicts(result) == [Verdict.WRONG_ANSWER, Verdict.JUDGE_ERROR]


def test_there_is_no_score_when_every_case_is_our_fault() -> None:
    broken = {name: truth(value=None, fault="x") for name in ("one", "two")}
    assert graded(truths=broken).score is None


def test_a_case_that_was_not_run_is_our_fault() -> None:
    result = graded(gave("one", 1.0))
    assert result.cases[1].message == "this case was not run, which is not your fault"
    assert result.cases[1].verdict is Verdict.JUDGE_ERROR


@pytest.mark.parametrize(
    ("fault", "exception"),
    [
        (
            LoadFault(kind="syntax", message="this is not Python: bad", line=3),
            ExceptionFact(type="SyntaxError", message="this is not Python: bad", lines=(3,)),
        ),
        (
            LoadFault(kind="encoding", message="the file is not UTF-8", line=2),
            ExceptionFact(type="UnicodeDecodeError", message="the file is not UTF-8", lines=(2,)),
        ),
        (
            LoadFault(kind="signature", message="too few", line=5),
            ExceptionFact(type="TypeError", message="too few", lines=(5,)),
        ),
        (
            LoadFault(kind="no-entry-point", message="`step` is an int", line=1),
            ExceptionFact(type="InvalidSubmission", message="`step` is an int", lines=(1,)),
        ),
        (LoadFault(kind="no-entry-point", message="there is no function `step`"), None),
        (LoadFault(kind="too-large", message="the file is larger than 1024 KiB"), None),
    ],
)
def test_what_cannot_be_run_is_invalid_without_case_results(
    fault: LoadFault, exception: ExceptionFact | None
) -> None:
    result = graded(fault=fault, findings=(finding(),))
    assert (result.verdict, result.score, result.cases, result.findings) == (Verdict.INVALID, 0.0, (), ())
    assert (result.message, result.exception) == (fault.message, exception)
    assert result.flow == FlowFact(available=False, reason="the submission could not be run")


def test_a_signature_of_several_lines_is_told_in_one() -> None:
    fault = LoadFault(kind="signature", message="`step(x=[[1\n  2]])` can't be\ncalled")
    assert graded(fault=fault).message == "`step(x=[[1 2]])` can't be called"


def test_an_exception_at_import_is_a_runtime_error_of_every_case() -> None:
    raised = ExceptionFact(type="KeyError", message="'a'\nb", lines=(2,))
    fault = LoadFault(
        kind="import", message="KeyError while the file was imported: 'a'\nb", line=2, exception=raised
    )
    result = graded(fault=fault)
    assert (result.verdict, result.score, result.exception) == (Verdict.RUNTIME_ERROR, 0.0, raised)
    assert verdicts(result) == [Verdict.RUNTIME_ERROR] * 2
    assert result.message == "case one: KeyError while the file was imported: 'a' b"


def test_a_limit_broken_at_import_is_that_limit_in_every_case() -> None:
    fault = LoadFault(kind="import", message="m", stop=stop(StopReason.WALL, "20.0 s, 20 allowed"))
    result = graded(fault=fault)
    assert (result.verdict, result.cases[1].limit) == (Verdict.TIME_LIMIT, "wall")
    assert result.cases[1].message == (
        "while the file was imported: took longer than allowed: 20.0 s, 20 allowed"
    )


def test_cases_that_ran_before_an_import_failed_keep_their_results() -> None:
    fault = LoadFault(kind="import", message="m", exception=ExceptionFact(type="E", message=""))
    assert verdicts(graded(gave("one", 1.0), fault=fault)) == [Verdict.ACCEPTED, Verdict.RUNTIME_ERROR]


def test_an_error_finding_turns_accepted_cases_that_it_names_into_pitfalls() -> None:
    named = finding(cases=("two",), line=17)
    result = graded(gave("one", 1.0), gave("two", 1.0), findings=(named,))
    assert (result.verdict, result.score) == (Verdict.PITFALL, 0.25)
    assert verdicts(result) == [Verdict.ACCEPTED, Verdict.PITFALL]
    assert result.cases[1].message == "the numbers pass, but: stale-loss"
    assert result.message == "stale-loss (line 17): the loss is the old one"
    assert result.findings == (named,)


def test_a_finding_without_cases_names_all() -> None:
    result = graded(gave("one", 1.0), gave("two", 1.0), findings=(finding(), finding("lr-ignored")))
    assert verdicts(result) == [Verdict.PITFALL] * 2
    assert result.cases[0].message == "the numbers pass, but: stale-loss, lr-ignored"
    assert result.message == "stale-loss: the loss is the old one, and 1 more"


def test_a_warning_costs_nothing() -> None:
    warning = finding(severity=Severity.WARNING)
    result = graded(gave("one", 1.0), gave("two", 1.0), findings=(warning,))
    assert (result.verdict, result.score, result.message) == (Verdict.ACCEPTED, 1.0, "all 2 cases pass")
    assert result.findings == (warning,)


def test_a_finding_explains_a_wrong_answer_and_does_not_replace_its_verdict() -> None:
    result = graded(gave("one", 2.0), gave("two", 2.0), findings=(finding(line=4),))
    assert verdicts(result) == [Verdict.WRONG_ANSWER] * 2
    assert result.message == "stale-loss (line 4): the loss is the old one"
    assert result.cases[0].message.startswith("expected 1, got 2")


def test_a_finding_does_not_explain_a_crash() -> None:
    raised = CaseEvidence(name="one", exception=ExceptionFact(type="E", message="x"))
    result = graded(raised, gave("two", 1.0), findings=(finding(),))
    assert (result.verdict, result.message) == (Verdict.RUNTIME_ERROR, "case one: E: x")


def test_findings_are_sorted_by_line_and_those_without_one_come_last() -> None:
    given = (finding("c"), finding("b", line=9), finding("d", line=2), finding("a", line=9))
    result = graded(gave("one", 1.0), gave("two", 1.0), findings=given)
    assert [one.pitfall for one in result.findings] == ["d", "a", "b", "c"]


def test_diagnosis_is_asked_with_everything_that_was_judged() -> None:
    asked: list[Sequence[Judged]] = []

    def diagnose(judged: Sequence[Judged]) -> Diagnosis:
        asked.append(judged)
        return (), READ

    evidence = (gave("one", 1.0), gave("two", 2.0))
    truths = {"one": truth(), "two": truth()}
    grade(
        SUBMISSION, problem(), BOTH, truths, Evidence(cases=evidence), cases_sha256="", diagnose=diagnose
    )  # fmt: skip
    assert [(one.case.name, one.verdict, one.evidence) for one in asked[0]] == [
        ("one", Verdict.ACCEPTED, evidence[0]),
        ("two", Verdict.WRONG_ANSWER, evidence[1]),
    ]
    assert [one.comparison and one.comparison.kind for one in asked[0]] == ["same", "numbers"]


def test_of_a_hidden_case_only_name_verdict_and_weight_are_shown() -> None:
    secret = gave("veiled", 812.0, cpu_seconds=1.0, peak_memory_mib=1.0)
    result = graded(gave("shown", 1.0), secret, cases=HIDDEN)
    assert result.cases[1] == CaseResult(
        name="veiled",
        verdict=Verdict.WRONG_ANSWER,
        visibility="hidden",
        weight=1.0,
        seconds=None,
        message=result.cases[1].message,
    )
    assert result.message == f"case veiled: {result.cases[1].message}"
    assert "812" not in repr(result)


@pytest.mark.parametrize(
    "secret",
    [
        {"exception": ExceptionFact(type="Secret", message="secret", lines=(1,))},
        {"stop": stop(StopReason.WALL, "secret")},
        {"value": other("str", "Secret", "secret")},
    ],
)
def test_nothing_that_a_hidden_case_gave_is_in_the_result(secret: dict[str, Any]) -> None:
    result = graded(gave("shown", 1.0), CaseEvidence(name="veiled", **secret), cases=HIDDEN)
    assert "ecret" not in repr(result)
    assert result.exception is None


def test_a_public_case_is_told_before_a_hidden_one_of_the_same_verdict() -> None:
    result = graded(gave("veiled", 9.0), gave("shown", 2.0), cases=HIDDEN[::-1])
    assert result.message.startswith("case shown: expected 1, got 2")


@pytest.mark.parametrize(
    ("weights", "expected"),
    [([1.0, 1.0], 1.0), ([0.1, 0.2, 0.3, 0.7], 1.0), ([0.0, 0.0], None), ([], None)],
)
def test_only_a_full_score_is_exactly_one(weights: list[float], expected: float | None) -> None:
    judged = [
        Judged(case=case(str(n), weight=weight), verdict=Verdict.ACCEPTED, message="")
        for n, weight in enumerate(weights)
    ]
    assert score(judged) == expected


UNREAD = FlowFact(available=False, reason="it is\ntoo large")
TOLD = "the program could not be read, so that only its numbers were judged: it is too large"


def test_that_a_program_could_not_be_read_is_in_the_message_of_an_accepted_one() -> None:
    result = graded(gave("one", 1.0), gave("two", 1.0), flow=UNREAD)
    assert (result.verdict, result.score, result.unread) == (Verdict.ACCEPTED, 1.0, TOLD)
    assert result.message == f"all 2 cases pass, but {TOLD}"


def test_where_programs_have_to_be_read_one_that_could_not_be_is_a_pitfall() -> None:
    result = graded(gave("one", 1.0), gave("two", 1.0), flow=UNREAD, require_flow=True)
    assert (result.verdict, result.score) == (Verdict.PITFALL, 0.0)
    assert verdicts(result) == [Verdict.PITFALL] * 2
    asked = "the numbers pass, but with --require-flow that is not enough"
    assert result.message == result.cases[0].message == f"{asked}: {TOLD}"
    assert result.unread == TOLD


def test_a_part_that_could_not_be_read_is_no_less_required() -> None:
    part = FlowFact(available=True, reason="it changes")
    assert graded(gave("one", 1.0), gave("two", 1.0), flow=part).verdict is Verdict.ACCEPTED
    assert graded(gave("one", 1.0), gave("two", 1.0), flow=part, require_flow=True).verdict is Verdict.PITFALL


@pytest.mark.parametrize("flow", [READ, FlowFact(available=False, reason="no dtype", needed=False)])
def test_what_was_read_or_has_nothing_to_read_is_accepted_where_that_is_required(flow: FlowFact) -> None:
    result = graded(gave("one", 1.0), gave("two", 1.0), flow=flow, require_flow=True)
    assert (result.verdict, result.message) == (Verdict.ACCEPTED, "all 2 cases pass")


def test_wrong_numbers_stay_wrong_where_programs_have_to_be_read() -> None:
    result = graded(gave("one", 2.0), gave("two", 1.0), flow=UNREAD, require_flow=True)
    assert verdicts(result) == [Verdict.WRONG_ANSWER, Verdict.PITFALL]
    assert result.verdict is Verdict.WRONG_ANSWER


def test_a_finding_explains_more_than_that_the_program_was_read_in_part() -> None:
    part = FlowFact(available=True, reason="it changes")
    result = graded(gave("one", 1.0), gave("two", 1.0), flow=part, require_flow=True, findings=(finding(),))
    assert result.message == "stale-loss: the loss is the old one"


@pytest.mark.parametrize(
    ("facts", "seconds", "near"),
    [
        ({"cpu_seconds": 3.0}, 1.0, None),
        ({"cpu_seconds": 12.0, "peak_memory_mib": 600}, 1.0, NearLimit(limit="cpu", share=0.6)),
        ({"peak_memory_mib": 1536.0, "cpu_seconds": 12.0}, 1.0, NearLimit(limit="memory", share=0.75)),
        ({}, 30.0, NearLimit(limit="total", share=0.75)),
        ({"cpu_seconds": 21.0, "stop": stop(StopReason.CPU)}, 30.0, None),
    ],
    ids=["far", "cpu", "memory", "in all", "broken"],
)
def test_the_limit_that_was_nearly_broken_is_told(
    facts: dict[str, Any], seconds: float, near: NearLimit | None
) -> None:
    result = graded(gave("one", 1.0, **facts), gave("two", 1.0), seconds=seconds)
    assert result.near_limit == near


def test_what_a_hidden_case_took_is_not_told() -> None:
    evidence = (gave("shown", 1.0), gave("veiled", 1.0, cpu_seconds=19.0))
    assert graded(*evidence, cases=HIDDEN).near_limit is None
