import pytest
from hypothesis import given
from hypothesis import strategies as st
from workflow_commands import commands

from judge.report import Report
from judge.reporters.base import View
from judge.reporters.github import SHOWN, GithubReporter
from judge.verdict import SEVERITY
from reporters.reports import WORST, finding, report, wrong_result
from reporters.samples import HOSTILE, every, hostile, many, mixed

GOLDEN = """\
::error file=submissions/demo/bob.py,line=3,title=invalid::line 3: expected ':'
::error file=submissions/demo/ada.py,line=10,endLine=10,col=5,title=unscaled-grads::`grads` still carries \
the factor `loss_scale` when the optimizer gets it. Help: divide `grads` by `loss_scale` before the update
::warning file=submissions/demo/ada.py,line=5,endLine=8,title=full-precision-loss::the error is computed in \
float32. Help: round it to bfloat16
::notice title=judge::3 submissions: 1 accepted, 1 wrong_answer, 1 invalid
"""


def test_a_whole_report():
    assert GithubReporter().render(mixed()) == GOLDEN


def test_properties_and_messages_are_encoded_as_the_runner_decodes_them():
    one = wrong_result(submission="a:b,c%d/ü.py", findings=(finding(message="50%, a:b", help="%0A"),))
    (first, _) = commands(GithubReporter().render(report(one)))
    assert first.properties["file"] == "a:b,c%d/ü.py"
    assert first.data == "50%, a:b. Help: %0A"


@pytest.mark.parametrize("of", [*every(), *map(hostile, HOSTILE)])
def test_every_line_is_one_command(of: Report):
    text = GithubReporter().render(of)
    assert len(commands(text)) == text.count("\n")
    assert {command.name for command in commands(text)} <= {"error", "warning", "notice"}


@given(st.text(st.characters()))
def test_no_text_makes_another_command(text: str):
    found = commands(GithubReporter().render(hostile(text)))
    assert [(command.name, command.properties["title"]) for command in found] == [
        ("error", "some-pitfall"),
        ("warning", "not-read"),
        ("notice", "judge"),
    ]


def test_the_worst_text_would_make_commands_if_it_were_printed_as_it_is():
    assert commands(f"\n{WORST}\n::error::x") != []
    assert commands("  ::error::x\n##[error]y")[1].data == "y"


def test_of_each_level_the_ten_worst_are_shown_and_the_others_counted():
    of = many(40)
    found = commands(GithubReporter().render(of))
    names = [command.name for command in found]
    assert names == ["error"] * SHOWN + ["warning"] * SHOWN + ["notice"]
    verdicts = {result.submission: result.verdict for result in of.results}
    shown = [SEVERITY[verdicts[command.properties["file"]]] for command in found[:SHOWN]]
    assert shown == sorted(shown) == sorted(SEVERITY[verdict] for verdict in verdicts.values())[:SHOWN]
    assert "more remarks are in the other reports" in found[-1].data


def test_a_long_message_is_cut():
    one = wrong_result(findings=(finding(message="x" * 5000),))
    assert len(commands(GithubReporter().render(report(one)))[0].data) < 1100


def test_a_command_is_never_folded():
    one = wrong_result(findings=(finding(message="many words " * 50),))
    first, _ = GithubReporter(View(width=80)).render(report(one)).splitlines()
    assert first.startswith("::error ")
    assert first.endswith(finding().help)


def test_standard_input_has_no_file_to_point_to():
    one = wrong_result(submission="-", findings=(finding(),))
    assert "file" not in commands(GithubReporter().render(report(one)))[0].properties


def test_an_interrupted_run_says_so():
    text = GithubReporter().render(report(complete=False, exit_code=130))
    assert (
        commands(text)[-1].data == "0 submissions: none judged; interrupted, what was not finished is missing"
    )


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ((10, 10, 12, 27), {"line": "10", "endLine": "10", "col": "12", "endColumn": "27"}),
        ((10, None, 12, 27), {"line": "10", "col": "12", "endColumn": "27"}),
        ((10, 10, 12, None), {"line": "10", "endLine": "10", "col": "12"}),
        ((5, 8, 13, 6), {"line": "5", "endLine": "8"}),  # GitHub takes columns of one line only
        ((10, 10, 12, 12), {"line": "10", "endLine": "10", "col": "12"}),
        ((None, None, None, None), {}),
    ],
)
def test_columns_are_told_of_a_single_line_only(place: tuple[int | None, ...], told: dict[str, str]):
    line, end_line, column, end_column = place
    one = finding(line=line, end_line=end_line, column=column, end_column=end_column)
    properties = dict(commands(GithubReporter().render(report(wrong_result(findings=(one,)))))[0].properties)
    assert (properties.pop("file"), properties.pop("title")) == ("submissions/demo/ada.py", "unscaled-grads")
    assert properties == told
