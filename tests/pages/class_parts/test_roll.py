from dataclasses import replace

import pytest
from reporters.classes import WARNING, member, small_class
from reporters.reports import case, exception, finding, hidden_case, result, wrong_case, wrong_result
from reporters.samples import HOSTILE

from judge.finding import Severity
from judge.pages.class_parts.roll import MANY, Groups, Roll, roll
from judge.report import FlowFact, SubmissionResult
from judge.stats import alike, statistics
from judge.verdict import Verdict
from pages.class_parts.counted import read, table, words


def drawn(*results: SubmissionResult, groups: Groups | None = None, count: int | None = None):
    rows = Roll(lambda number, _: f"{number}.html", len(results) if count is None else count)
    counted = statistics(rows.watched(results))
    several = len(counted.problems) > 1
    return read(list(roll(counted, groups or {}, rows.rows(groups or {}, several=several))))


def only(one: SubmissionResult, **fields: int) -> list[str]:
    return table(drawn(one, **fields))[1]


def test_a_whole_table():
    found = drawn(*small_class())
    assert table(found) == [
        ["submission", "verdict", "score", "off by", "what was found", "time"],
        ["gil.py", "? judge_error", "-", "0", "the case passes", "0.10 s"],
        ["dan.py", "✗ wrong_answer", "0.50", "39,299",
         "case scaled: expected 1.32031, got 812: off by 39,299 tolerances", "0.90 s"],
        ["cyd.py", "▲ pitfall", "0.50", "0",
         "unscaled-grads line 10, full-precision-loss line 10 (warning)", "0.90 s"],
        ["eve.py", "✗ time_limit", "0.00", "0", "the case passes", "20.5 s"],
        ["fay.py", "✗ invalid", "0.00", "", "SyntaxError: the case passes", "0.90 s"],
        ["bob.py", "✓ accepted", "1.00", "0", "full-precision-loss line 10 (warning)", "0.70 s"],
        ["ada.py", "✓ accepted", "1.00", "0", "", "0.50 s"],
    ]  # fmt: skip
    assert [one.get("href") for one in found.iter("a")] == [
        f"{number}.html" for number in (7, 4, 3, 5, 6, 2, 1)
    ]


def test_the_tools_are_hidden_until_a_script_shows_them_and_each_has_a_name():
    found = drawn(*small_class())
    (tools,) = [one for one in found.iter("div") if one.get("id") == "tools"]
    assert "hidden" in tools.attrib
    fields = [(words(label).split(" ")[0], one) for label in tools.iter("label") for one in label]
    assert [(label, one.get("id"), one.get("name")) for label, one in fields] == [
        ("Search", "search", "q"),
        ("Verdict", "verdict", "v"),
        ("Pitfall", "pitfall", "p"),
    ]
    assert [one.get("value") for one in tools.iter("option")] == [
        "", "judge_error", "invalid", "time_limit", "wrong_answer", "pitfall", "accepted",
        "", "full-precision-loss", "unscaled-grads",
    ]  # fmt: skip
    (status,) = [one for one in found.iter("p") if one.get("role") == "status"]
    assert words(status) == "7 submissions"


def test_several_problems_have_a_column_and_a_filter():
    found = drawn(result(problem="one"), result(problem="two"))
    assert [row[-1] for row in table(found)] == ["problem", "one", "two"]
    assert [one.get("id") for one in found.iter("select")] == ["verdict", "pitfall", "problem"]


def test_each_filter_has_a_place_to_lead_to_where_no_script_runs():
    one = wrong_result(findings=(finding(),))
    found = drawn(one, groups={("demo", alike(one)): 3})
    assert [span.get("id") for span in found.find("h2")] == ["v=wrong_answer", "p=unscaled-grads", "g=3"]
    assert [row.get("data-g") for row in found.iter("tr")] == [None, "3"]


def test_what_all_paths_begin_with_is_left_out():
    names = [
        row[0] for row in table(drawn(*(result(submission=f"a/b/{end}") for end in ("c/x.py", "cc/y.py"))))
    ]
    assert names[1:] == ["c/x.py", "cc/y.py"]
    assert only(result(submission="a/b/x.py"))[0] == "x.py"


def test_groups_stand_together_those_without_one_after_them():
    wrong = [wrong_result(submission=f"{at}.py", exception=exception(type=f"E{at % 2}")) for at in range(4)]
    groups = {("demo", alike(wrong[1])): 1}
    assert [row[0] for row in table(drawn(*wrong, groups=groups))[1:]] == ["1.py", "3.py", "0.py", "2.py"]


def test_what_needs_attention_most_comes_first():
    ours = wrong_result(submission="ours.py", cases=(case("x", Verdict.JUDGE_ERROR), wrong_case()))
    unread = result(submission="unread.py", flow=FlowFact(available=False, reason="too large"))
    explained = wrong_result(submission="explained.py", findings=(finding(),))
    warned = result(submission="warned.py", findings=(WARNING,))
    right = result(submission="right.py")
    silent = wrong_result(submission="silent.py")
    rows = table(drawn(right, warned, explained, unread, silent, ours))[1:]
    assert [row[0] for row in rows] == [
        "ours.py", "silent.py", "explained.py", "warned.py", "unread.py", "right.py",
    ]  # fmt: skip
    assert rows[4][4] == "not read, numbers only"


@pytest.mark.parametrize(
    ("cases", "told"),
    [
        ((case(error=0.0078125), case("b")), "0.50"),
        ((case(), wrong_case(error=float("nan"))), "nan"),
        ((wrong_case(error=float("inf")), wrong_case("b")), "inf"),
        ((wrong_case(tolerance=0.0), wrong_case("b")), "inf"),
        ((hidden_case(),), ""),
        ((), ""),
    ],
)
def test_the_worst_public_case_tells_how_far_off_it_is(cases: tuple, told: str):
    assert only(wrong_result(cases=cases))[3] == told


def test_a_pitfall_is_told_once_with_its_first_line():
    twice = (finding(line=12), finding(line=14), finding(pitfall="x", severity=Severity.WARNING, line=None))
    assert only(wrong_result(findings=twice))[4] == "unscaled-grads line 12, x (warning)"


def test_an_exception_is_told_unless_the_message_does():
    raised = wrong_result(exception=exception(type="KeyError"), message="case a: KeyError: 'x'")
    assert only(raised)[4] == "case a: KeyError: 'x'"
    assert only(replace(raised, message="case a: broke"))[4] == "KeyError: case a: broke"


def test_messages_are_cut_and_in_a_large_class_more():
    one = wrong_result(message="x" * 1000)
    assert [len(only(one, count=count)[4]) for count in (MANY, MANY + 1)] == [150, 30]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_markup(text: str):
    one = wrong_result(submission=text, problem=text, message=text, exception=exception(type=text))
    two = wrong_result(submission=text, problem=f"{text}2", message=text, findings=(finding(pitfall=text),))
    found = drawn(one, two)
    assert [len(row) for row in table(found)] == [7, 7, 7]
    assert {child.tag for child in found.find("table").iter()} <= {
        "table", "thead", "tbody", "tr", "th", "td", "a", "code",
    }  # fmt: skip
    assert words(found).isprintable()


def test_a_row_of_a_large_class_takes_less_than_300_bytes():
    rows = Roll(lambda number, _: f"submissions/{number:04}-student-{number:04}.html", MANY + 1)
    counted = statistics(rows.watched(map(member, range(500))))
    groups = {
        (counted.problems[0].problem, group.alike): group.number for group in counted.problems[0].groups
    }
    sizes = [len(row.encode()) for row in rows.rows(groups, several=False)]
    assert sum(sizes) / len(sizes) < 300
