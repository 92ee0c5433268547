import re
import textwrap

import pytest
from rich.cells import cell_len

from judge.evidence import Capture
from judge.finding import Severity
from judge.report import FlowFact, Report
from judge.reporters.base import View
from judge.reporters.console import ConsoleReporter
from judge.verdict import Verdict
from reporters.reports import (
    case,
    exception,
    finding,
    hidden_case,
    report,
    result,
    worst_result,
    wrong_case,
    wrong_result,
)


def shown(one: Report, **view: object) -> str:
    return ConsoleReporter(View(**view)).render(one)


def text(expected: str) -> str:
    return textwrap.dedent(expected).removeprefix("\n")


def test_an_accepted_submission():
    assert shown(report(result())) == text("""
        submissions/demo/ada.py: accepted, score 1.00
          the case passes

          case      verdict    error (tolerances)     time
          generic   accepted                    0   0.20 s

        1 submission: 1 accepted (1.70 s, entropy 0, isolation none)
        """)


def test_a_wrong_submission_with_everything_that_can_be_said_of_it():
    one = wrong_result(
        message="unscaled-grads (line 10): `grads` still carries the factor `loss_scale`",
        exception=exception(message="shapes don't fit\n(8, 4) and (3,)"),
        findings=(
            finding(),
            finding(pitfall="full-precision-loss", severity=Severity.WARNING, line=5, end_line=8, cases=()),
        ),
        capture=Capture(stdout="step 1\n\tloss 3.5\n", stderr="careful\n", stdout_truncated=True),
        flow=FlowFact(available=False, reason="the step could not be traced"),
    )
    assert shown(report(one), explain=True) == text("""
        submissions/demo/ada.py: wrong_answer, score 0.25
          unscaled-grads (line 10): `grads` still carries the factor `loss_scale`
          note: the program could not be read, so that only its numbers were judged: the
          step could not be traced

          case      verdict        error (tolerances)     time
          generic   accepted                        0   0.20 s
          scaled    wrong_answer               39,299   0.20 s
          secret    wrong_answer               hidden        -

          scaled: expected 1.32031, got 812: off by 39,299 tolerances

          ValueError: shapes don't fit
          | (8, 4) and (3,)
           --> submissions/demo/ada.py:5
            |
          9 |     updates = helper(grads)
            |     ----------------------- called from here
          5 |     grads = jax.grad(loss)(
            |     ^^^^^^^^^^^^^^^^^^^^^^^

          warning[full-precision-loss]: `grads` still carries the factor `loss_scale`
          when the optimizer gets it
           --> submissions/demo/ada.py:5
            |
          5 | >     grads = jax.grad(loss)(
          6 | >         params,
          7 | >         x,
          8 | >     )
            |
            = help: divide `grads` by `loss_scale` before the update
            = more: judge explain full-precision-loss

          error[unscaled-grads]: `grads` still carries the factor `loss_scale` when the
          optimizer gets it
            --> submissions/demo/ada.py:10
             |
          10 |     return optimizer.update(model, grads)
             |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
             = cases: scaled
             = help: divide `grads` by `loss_scale` before the update
             = more: judge explain unscaled-grads

          printed to stdout:
            | step 1
            |     loss 3.5
          ... and more that was not kept: too much was printed

          printed to stderr:
            | careful

        1 submission: 1 wrong_answer, 1 not read (1.70 s, entropy 0, isolation none)
        """)


def test_several_submissions_and_an_interruption():
    fault = case(verdict=Verdict.JUDGE_ERROR, message="this case can't be judged: reference", error=None)
    one = report(
        result(capture=Capture(stdout="not shown: accepted, and not alone\n")),
        result(
            submission="submissions/demo/bob.py",
            verdict=Verdict.JUDGE_ERROR,
            score=None,
            message="case generic: this case can't be judged: reference",
            cases=(fault,),
        ),
        result(
            submission="submissions/demo/eve.py",
            verdict=Verdict.INVALID,
            score=0,
            message="line 3: no",
            cases=(),
        ),
        complete=False,
        exit_code=130,
        entropy=7,
        seconds=62.04,
    )
    assert shown(one) == text("""
        submissions/demo/ada.py: accepted, score 1.00

        submissions/demo/bob.py: judge_error, no score
          case generic: this case can't be judged: reference
          This is not your fault and costs no points: tell whoever set the exercise.

          case      verdict       error (tolerances)     time
          generic   judge_error                    -   0.20 s

        submissions/demo/eve.py: invalid, score 0.00
          line 3: no

        judge_error   no score submissions/demo/bob.py
        invalid       0.00     submissions/demo/eve.py
        accepted      1.00     submissions/demo/ada.py

        3 submissions: 1 accepted, 1 invalid, 1 judge_error (62.0 s, entropy 7,
        isolation none)
        Interrupted: what was not finished is missing here.
        """)


def test_quiet_is_a_line_a_file():
    assert shown(report(result(), wrong_result()), verbosity=-1) == (
        "accepted      1.00     submissions/demo/ada.py\nwrong_answer  0.25     submissions/demo/ada.py\n"
    )


def test_verbose_adds_measurements_passing_cases_and_versions():
    assert shown(report(wrong_result()), verbosity=1) == text("""
        submissions/demo/ada.py: wrong_answer, score 0.25
          case scaled: expected 1.32031, got 812: off by 39,299 tolerances

          case      verdict        error (tolerances)     time      CPU    memory
          generic   accepted                        0   0.20 s   0.15 s   320 MiB
          scaled    wrong_answer               39,299   0.20 s   0.15 s   320 MiB
          secret    wrong_answer               hidden        -        -         -

          generic: expected 1.32031, got 1.32031
          scaled: expected 1.32031, got 812: off by 39,299 tolerances

        judge 0.1.0, python 3.11.7, jax 0.10.2, isolation (tier none, landlock_abi None,
        network open, memory watchdog)
        1 submission: 1 wrong_answer (1.70 s, entropy 0, isolation none)
        """)


def test_a_table_that_is_too_wide_moves_together_before_it_folds_a_name():
    cases = (wrong_case("hidden-near-init"), case("near"))
    lines = shown(report(wrong_result(cases=cases)), verbosity=1, width=80).splitlines()
    head = next(line for line in lines if line.startswith("  case   "))
    assert head == "  case              verdict       error (tol.)    time     CPU   memory"
    assert lines[lines.index(head) + 1] == (
        "  hidden-near-init  wrong_answer        39,299  0.20 s  0.15 s  320 MiB"
    )


def test_an_interrupted_run_without_results_says_so():
    assert shown(report(complete=False, seconds=0.1)) == (
        "0 submissions: none judged (0.10 s, entropy 0, isolation none)\n"
        "Interrupted: what was not finished is missing here.\n"
    )


def test_the_same_message_of_several_cases_is_told_once_and_the_rest_counted():
    cases = (
        *(wrong_case(f"same-{number}", message="returned nothing (None)") for number in range(3)),
        *(wrong_case(f"other-{number}", message=f"off by {number} tolerances") for number in range(4)),
    )
    lines = shown(report(wrong_result(message="case x: it failed", cases=cases))).splitlines()
    assert [line.strip() for line in lines if ": " in line][2:-1] == [
        "same-0 and 2 more: returned nothing (None)",
        "other-0: off by 0 tolerances",
        "other-1: off by 1 tolerances",
    ]
    assert "  ... and 2 more (-v tells all)" in lines


def test_an_exception_that_the_message_has_told_already_is_only_placed():
    one = wrong_result(message="case generic: ValueError: shapes don't fit (line 5)", exception=exception())
    assert "\n  ValueError" not in shown(report(one))
    assert " --> submissions/demo/ada.py:5\n" in shown(report(one))


def test_long_messages_and_prints_are_cut_with_a_note():
    one = wrong_result(
        exception=exception(message="\n".join(f"row {number}" for number in range(30))),
        capture=Capture(stdout="".join(f"print {number}\n" for number in range(90))),
    )
    brief, verbose = shown(report(one)), shown(report(one), verbosity=1)
    assert ("row 7" in brief, "row 8" in brief, "... and 22 more lines (-v shows them)" in brief) == (
        True,
        False,
        True,
    )
    assert ("print 19" in brief, "print 20" in brief, "... and 70 more lines (-v" in brief) == (
        True,
        False,
        True,
    )
    assert ("row 29" in verbose, "print 89" in verbose, "more lines" in verbose) == (True, True, False)


@pytest.mark.parametrize("width", [40, 60, 80, 100])
@pytest.mark.parametrize("verbosity", [-1, 0, 1])
def test_nothing_is_wider_than_asked(width: int, verbosity: int):
    long_names = wrong_result(
        submission="submissions/" + "long/" * 40 + "ada.py",
        source="x = " + "1 + " * 100 + "\n",
        findings=(finding(line=1, end_line=1, cases=tuple(f"case-{number}" for number in range(40))),),
        cases=(case("a-very-long-name-" * 5),),
    )
    lines = shown(report(worst_result(), long_names), width=width, verbosity=verbosity).splitlines()
    assert max(map(cell_len, lines)) <= width


def test_colours_are_codes_around_the_same_text():
    one = report(wrong_result(exception=exception(), findings=(finding(),), capture=Capture(stdout="x\n")))
    plain, coloured = shown(one), shown(one, color=True)
    assert "\x1b[" not in plain
    assert coloured.count("\x1b[1;31m") > 3
    stripped = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in stripped.splitlines()] == plain.splitlines()


def test_the_surroundings_do_not_change_a_plain_report(monkeypatch: pytest.MonkeyPatch):
    before = shown(report(wrong_result()))
    for name, value in {
        "FORCE_COLOR": "1",
        "COLUMNS": "30",
        "TERM": "xterm-256color",
        "JUPYTER_COLUMNS": "20",
    }.items():
        monkeypatch.setenv(name, value)
    assert shown(report(wrong_result())) == before


def test_rich_markup_in_a_learners_text_is_no_markup():
    one = wrong_result(message="[bold]x[/bold] [link=http://evil]here[/link] :smile:", cases=(hidden_case(),))
    assert "[bold]x[/bold] [link=http://evil]here[/link] :smile:" in shown(report(one))


def test_endless_lines_are_cut_unless_everything_is_asked_for():
    endless = "\x1b" * 40_000
    one = wrong_result(
        source="a" + "\u0301" * 100_000,
        findings=(finding(line=1, end_line=1),),
        exception=exception(message=f"{endless}\n{endless}"),
        capture=Capture(stdout=endless),
    )
    assert len(shown(report(one))) < 8_000
    assert len(shown(report(one), verbosity=1)) > 3 * 4 * 40_000


@pytest.mark.parametrize(
    ("verdict", "verbosity", "told"),
    [
        (Verdict.ACCEPTED, 0, 1),
        (Verdict.PITFALL, 0, 1),
        (Verdict.RUNTIME_ERROR, 0, 0),
        (Verdict.RUNTIME_ERROR, 1, 1),
    ],
)
def test_an_unread_program_is_told_where_numbers_were_judged(verdict: Verdict, verbosity: int, told: int):
    one = result(verdict=verdict, flow=FlowFact(available=False, reason="too long"))
    text = " ".join(shown(report(one), verbosity=verbosity).split())
    assert len(re.findall("judged: too long|was not read: too long", text)) == told
