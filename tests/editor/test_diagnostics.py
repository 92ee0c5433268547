"""What of a result is shown, and what never is."""

from dataclasses import replace

from lsprotocol.types import DiagnosticSeverity
from pygls.workspace import PositionCodec
from reporters.reports import case, finding, hidden_case, result

from judge.editor.diagnostics import MOST, diagnostics, notice
from judge.editor.hints import hints
from judge.editor.hover import hover
from judge.editor.lines import Lines, lines_of
from judge.evidence import ExceptionFact
from judge.finding import Severity
from judge.flow.parts.lanes import PHASES
from judge.report import FlowFact, SubmissionResult
from judge.verdict import Verdict

HOSTILE = "\x1b[31m\u202e</script>[click](http://evil) `x` @all"
TEXT = "x = 1\n\n\ndef step(seed, x):\n    return x\n"
LINES = Lines(lines=lines_of(TEXT), codec=PositionCodec())


def shown(of: SubmissionResult, pages: dict[str, str] | None = None):
    return diagnostics(of, LINES, uri="file:///a.py", entry_point="step", pages=pages or {})


def test_a_finding_has_its_severity_its_place_and_its_page():
    of = result(
        findings=(
            finding(
                pitfall="stale-loss", severity=Severity.WARNING, line=5, end_line=5, column=12, end_column=13
            ),
            finding(pitfall="lr-ignored", line=None),
        )
    )
    first, second = shown(of, {"stale-loss": "file:///stale-loss.html"})
    assert (first.code, first.severity) == ("stale-loss", DiagnosticSeverity.Warning)
    assert first.code_description.href == "file:///stale-loss.html"
    assert str(first.range) == "4:11-4:12"
    assert (second.severity, second.code_description) == (DiagnosticSeverity.Error, None)
    assert str(second.range) == "3:0-3:18", "where the function is defined"


def test_what_was_not_read_is_information_and_what_is_our_fault_a_warning():
    unread = result(flow=FlowFact(available=False, reason="it is too large"))
    (one,) = shown(unread)
    assert (one.code, one.severity) == ("not-read", DiagnosticSeverity.Information)
    ours = result(verdict=Verdict.JUDGE_ERROR, message="the reference failed")
    (one,) = shown(ours)
    assert (one.code, one.severity) == ("judge_error", DiagnosticSeverity.Warning)


def test_of_a_hidden_case_nothing_is_shown_but_its_name_and_verdict():
    secret = replace(
        hidden_case("unseen"), verdict=Verdict.JUDGE_ERROR, message="SECRET 42", actual=(42.0,), line=5
    )
    of = result(verdict=Verdict.JUDGE_ERROR, message="case unseen: it failed", cases=(case("one"), secret))
    (one,) = shown(of)
    assert "SECRET" not in repr(one)
    assert "unseen" in one.message


def test_the_help_of_an_exception_is_told_once():
    of = result(
        verdict=Verdict.RUNTIME_ERROR,
        message="TypeError (line 5): no",
        line=5,
        help="write int(seed)",
        exception=ExceptionFact(type="TypeError", message="no", lines=(5,)),
    )
    (one,) = shown(of)
    assert one.message == "TypeError (line 5): no\nhelp: write int(seed)"
    assert not one.related_information, "the one line is the diagnostic's own"
    (one,) = shown(replace(of, message="TypeError (line 5): write int(seed)"))
    assert one.message == "TypeError (line 5): write int(seed)"


def test_text_of_a_learner_is_made_visible():
    of = result(
        verdict=Verdict.RUNTIME_ERROR,
        message=HOSTILE,
        exception=ExceptionFact(type=HOSTILE, message=HOSTILE, lines=(1, 5, 99)),
        findings=(finding(message=HOSTILE, help=HOSTILE, line=5),),
    )
    for one in shown(of):
        assert "\x1b" not in repr(one.message) + one.message
        assert "\u202e" not in one.message
        assert all("\x1b" not in frame.message for frame in one.related_information or ())
    told = hover(of, 5, {}, pages={}, markdown=True)
    assert "[click](" not in told
    assert "</script>" not in told
    assert "\x1b" not in hover(of, 5, {}, pages={}, markdown=False)
    assert "\u202e" not in notice(HOSTILE, LINES).message


def test_a_forged_listing_stays_text():
    value = {"dtype": f"{HOSTILE}|", "shape": [2]}
    listing = {
        "lines": [
            {
                "line": 5,
                **{key: [HOSTILE] for key in (*PHASES, "casts", "roles")},
                "findings": [],
            }
        ],
        "assigned": [
            {"name": "x", "line": 5, "end_column": 3, "annotated": False, "values": [[value] * 3, [value]]}
        ],
    }
    of = result(flow=FlowFact(available=True, listing=listing))
    told = hover(of, 5, {}, pages={}, markdown=True)
    assert "[click](" not in told
    assert "\x1b" not in told
    (hint,) = hints(of, LINES, {5: 5}, {}, first=1, last=9)
    assert "\x1b" not in hint.label + hint.tooltip
    assert len(hint.label) < 300


def test_there_is_an_end_to_it():
    of = result(findings=tuple(finding(pitfall=f"p{number}", line=5) for number in range(500)))
    assert len(shown(of)) == MOST
    assert len(notice("x" * 10_000, LINES).message) == 2000
