"""The exception that ended the run."""

from reporters import reports
from reporters.reports import result

from judge.pages.parts.exception import SHOWN_CALLS, exception
from judge.pages.parts.place import Place
from judge.report import SubmissionResult
from pages.reading import fragment, words

PLACE = Place(lines=10)


def raised(of: SubmissionResult) -> list[str]:
    read = fragment(exception(of, PLACE))
    return [words(element) for element in read.iter() if element.tag in {"p", "pre", "li", "summary"}]


def test_the_learners_lines_lead_from_the_outermost_call_to_the_one_that_failed():
    assert raised(result(exception=reports.exception(lines=(9, 9, 5)))) == [
        "ValueError: shapes don't fit",
        "line 9 called from here: updates = helper(grads)",
        "line 5 raised here: grads = jax.grad(loss)(",
    ]


def test_one_line_alone_is_seen_in_the_file():
    assert raised(result(exception=reports.exception(lines=(5, 5)))) == ["ValueError: shapes don't fit"]


def test_of_many_calls_the_middle_is_left_out():
    told = raised(result(exception=reports.exception(lines=(1, 3, 4, 5, 6, 7, 8, 9, 10, 4, 5, 6))))
    assert len(told) == 1 + SHOWN_CALLS + 1
    assert told[2] == "4 more calls"


def test_what_the_message_of_the_page_says_already_is_not_said_again():
    known = result(message="ValueError: shapes don't fit", exception=reports.exception(lines=(5,)))
    assert exception(known, PLACE) is None
    assert exception(result(), PLACE) is None


def test_further_lines_of_a_message_are_shown_and_many_are_folded():
    few = raised(result(exception=reports.exception(message="a\nb\n::error::c", lines=())))
    assert few == ["ValueError: a", "b\n| ::error::c"]
    many = raised(result(exception=reports.exception(message="a\n" * 300, lines=())))
    assert many[:2] == ["ValueError: a", "All of its message"]
    assert many[2].endswith("a\n... and 99 more lines")


def test_a_librarys_advice_is_folded_where_there_is_better():
    helped = raised(result(exception=reports.exception(message="a\nb", lines=()), help="do this"))
    assert helped == ["ValueError: a", "All of its message", "b"]


def test_lines_that_the_file_does_not_have_are_not_shown():
    assert raised(result(exception=reports.exception(lines=(99,)))) == ["ValueError: shapes don't fit"]
    assert raised(result(source=None, exception=reports.exception())) == ["ValueError: shapes don't fit"]
