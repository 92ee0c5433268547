"""What a learner is to do."""

from reporters.reports import exception, finding, result, wrong_result

from judge.finding import Severity
from judge.pages.parts.place import Place
from judge.pages.parts.what_to_fix import what_to_fix
from judge.report import SubmissionResult
from pages.reading import broken_links, fragment, words

PLACE = Place(lines=10)


def read(of: SubmissionResult) -> list[str]:
    root = fragment(what_to_fix(of, PLACE))
    return [words(element) for element in root.iter() if element.tag in {"h2", "p", "li"}]


def links(of: SubmissionResult) -> list[str]:
    return [link.get("href") for link in fragment(what_to_fix(of, PLACE)).iter("a")]


def test_findings_are_listed_in_the_order_of_their_lines_those_without_a_line_first():
    found = tuple(finding(pitfall=name, line=line, message=name, help="") for name, line in
                  (("late", 9), ("early", 2), ("nowhere", None)))  # fmt: skip
    one = wrong_result(findings=found, message="early (line 2): early")
    assert read(one) == ["What to fix", "nowhere: nowhere", "line 2 early: early", "line 9 late: late"]
    assert links(one) == ["#L2", "#L9"]


def test_a_few_say_what_to_do_too():
    assert read(wrong_result(findings=(finding(),)))[-1].endswith(
        "gets it divide grads by loss_scale before the update"
    )
    many = read(wrong_result(findings=tuple(finding(line=line) for line in range(1, 6))))
    assert [line for line in many if "divide" in line] == []


def test_the_message_stays_where_no_finding_says_it():
    one = wrong_result(findings=(finding(severity=Severity.WARNING),))
    assert read(one)[:2] == [one.message, "What could be better"]


def test_a_line_that_the_message_names_is_a_link_in_it():
    assert links(wrong_result(message="line 4: `x` came", line=4)) == ["#L4"]
    assert read(wrong_result(message="line 4: `x` came", line=4)) == ["line 4: x came"]


def test_a_line_that_the_message_does_not_name_is_a_link_after_it():
    for message in ("it failed", "line 40 failed", "`x = line 4` failed"):
        assert read(wrong_result(message=message, line=4))[0].endswith("failed (line 4)")
        assert links(wrong_result(message=message, line=4)) == ["#L4"]


def test_the_line_of_an_exception_is_linked_and_its_remedy_told():
    one = wrong_result(message="ValueError", exception=exception(lines=(9, 5)), help="cast it")
    assert read(one) == ["ValueError (line 5)", "Do: cast it"]


def test_a_remedy_that_the_message_has_is_not_told_again():
    assert read(result(message="cast it", help="cast it")) == ["cast it"]


def test_a_line_that_is_not_there_has_no_link():
    assert links(wrong_result(line=99, findings=(finding(line=99),))) == []
    assert broken_links(fragment(what_to_fix(wrong_result(line=99), PLACE))) == []
