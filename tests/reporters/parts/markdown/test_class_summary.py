from dataclasses import replace

from judge.report import SubmissionResult
from judge.reporters.parts.markdown.class_summary import SHOWN_GROUPS, told_of_class
from judge.stats import statistics
from judge.verdict import Verdict
from reporters.reports import WORST, case, exception, finding, result, wrong_case, wrong_result
from reporters.samples import ours


def told(*results: SubmissionResult) -> list[str]:
    return list(told_of_class(statistics(results)))


def test_a_class_in_which_all_is_well_is_one_sentence_and_its_cases():
    sentence, cases = told(result(), result())
    assert sentence == "2 of 2 accepted (100%); median score 1.00, mean 1.00."
    assert "| generic | 2 | 0 | 0 | 0 | 0 |" in cases


def test_a_class_that_is_almost_right_is_not_rounded_up():
    (sentence, *_) = told(*[result()] * 299, wrong_result(score=0.999))
    assert sentence.startswith("299 of 300 accepted (99%); median score 1.00, mean 0.99")


def test_what_is_to_be_looked_at_first_is_counted():
    mine = ours().results[0]
    broken = result(verdict=Verdict.RUNTIME_ERROR, score=0.0, cases=(), exception=exception())
    sentence = told(mine, broken)[0]
    assert sentence == (
        "0 of 2 accepted (0%); median score 0.00, mean 0.00; 1 did not run; "
        "1 with a case that the judge is at fault for."
    )


def test_problems_are_told_apart():
    parts = told(result(), result(problem="other_one"))
    assert [part for part in parts if part.startswith("**")] == ["**demo**", "**other_one**"]


def test_wrong_answers_that_nothing_explains_come_first_and_say_so():
    unexplained = wrong_result(submission="a/x.py", cases=(wrong_case(),))
    explained = replace(unexplained, findings=(finding(),))
    groups = told(explained, explained, unexplained)[-1].splitlines()
    assert groups[4:6] == [
        "| 1 | wrong_answer | \N{BALLOT X} | nothing explains it | x.py |",
        "| 2 | wrong_answer | \N{BALLOT X} | unscaled-grads | x.py, x.py |",
    ]


def test_groups_beyond_the_first_are_counted():
    many = [wrong_result(findings=(finding(pitfall=f"p{number:02}"),)) for number in range(SHOWN_GROUPS + 3)]
    assert told(*many)[-1].endswith("|\n\n3 more are in smaller groups.\n\n</details>")


def test_what_a_learner_wrote_stays_text():
    worst = result(
        verdict=Verdict.RUNTIME_ERROR,
        submission=f"a/{WORST}.py",
        exception=exception(type=WORST),
        cases=(case(WORST, Verdict.RUNTIME_ERROR),),
    )
    page = "\n".join(told(worst))
    assert "<b>" not in page
    assert page.replace("\n", "").isprintable()
