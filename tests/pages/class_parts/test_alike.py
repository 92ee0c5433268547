import pytest
from reporters.classes import member, small_class
from reporters.reports import exception, finding, result, wrong_case, wrong_result
from reporters.samples import HOSTILE

from judge.pages.class_parts.alike import SHOWN, alike
from judge.stats.record import ProblemStatistics
from pages.class_parts.counted import counted, read, table, words

TIMES = "\N{MULTIPLICATION SIGN}"


def drawn(problem: ProblemStatistics, offset: int = 0):
    names = {name for group in problem.groups for name in group.names}
    return read(list(alike(problem, offset, dict.fromkeys(names, "page.html"))))


def test_each_group_has_its_size_its_reason_its_first_names_and_its_verdicts_by_case():
    found = drawn(counted(small_class()))
    assert table(found) == [
        ["group", "generic", "scaled"],
        [f"1 {TIMES}✗ wrong_answer: no finding says whydan.py", "✓", "✗"],
        [f"1 {TIMES}? judge_errorgil.py", "?", "?"],
        [f"1 {TIMES}✗ invalid: SyntaxError, no case ranfay.py", ""],
        [f"1 {TIMES}✗ time_limiteve.py", "✗", "✗"],
        [f"1 {TIMES}▲ pitfall: unscaled-grads, full-precision-loss (warning)cyd.py", "✓", "▲"],
        [f"1 {TIMES}✓ accepted: full-precision-loss (warning)bob.py", "✓", "✓"],
    ]
    assert [one.get("class") for one in found.iter("td")][:2] == ["good", "bad"]


def test_a_group_leads_to_its_rows_by_a_number_that_no_other_problem_has():
    found = drawn(counted(small_class()), offset=10)
    sizes = [one.get("href") for one in found.iter("a") if one.get("class") == "size"]
    assert sizes == [f"#g={number}" for number in range(11, 17)]


def test_of_a_large_group_the_first_names_are_told_and_how_many_more():
    results = [wrong_result(submission=f"{number}.py") for number in range(9)]
    assert table(drawn(counted(results)))[1][0].endswith("0.py, 1.py, 2.py and 6 more")


def test_groups_beyond_what_is_shown_are_counted():
    results = [wrong_result(exception=exception(type=f"E{number}")) for number in range(SHOWN + 7)]
    found = drawn(counted(results))
    assert len(table(found)) == 1 + SHOWN
    assert words(found).endswith("7 more submissions are in smaller groups; the table below has them.")


def test_a_case_that_some_were_not_judged_on_keeps_its_column():
    results = [wrong_result(cases=(wrong_case("a"),)), wrong_result(cases=(wrong_case("b"),))]
    assert [row[1:] for row in table(drawn(counted(results)))[1:]] == [["✗", "·"], ["·", "✗"]]


def test_where_nobody_fails_it_is_said():
    assert words(drawn(counted([result()]))) == "Nobody fails, and there are no warnings."


def test_the_sign_of_the_judges_fault_is_explained_where_it_stands():
    assert "? the judge's fault" in words(drawn(counted(small_class())))
    assert "the judge's fault" not in words(drawn(counted(map(member, range(40)))))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_markup(text: str):
    one = wrong_result(
        submission=text,
        exception=exception(type=text),
        findings=(finding(pitfall=text),),
        cases=(wrong_case(text),),
    )
    found = drawn(counted([one]))
    assert len(table(found)) == 2
    assert words(found).isprintable()
