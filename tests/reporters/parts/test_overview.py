from rich.cells import cell_len

from judge.reporters.base import View
from judge.reporters.console import ConsoleReporter
from judge.reporters.parts.overview import from_left, line, overview
from judge.verdict import Verdict
from reporters.reports import finding, report, result, wrong_result
from reporters.samples import many


def test_a_line_has_verdict_score_path_and_first_finding_in_80_columns():
    one = wrong_result(submission="submissions/" + "long/" * 30 + "ada.py", findings=(finding(),))
    text = line(one, 80)
    assert text.startswith("wrong_answer  0.25     ...")
    assert text.endswith("/long/ada.py  unscaled-grads")
    assert len(text) <= 80


def test_an_accepted_submission_among_others_takes_one_line_however_long_its_path():
    long = result(submission="submissions/" + "long/" * 30 + "ada.py")
    first, second, *_ = ConsoleReporter(View()).render(report(long, long)).splitlines()
    assert first == second
    assert (first[:3], first[-33:]) == ("...", "long/ada.py: accepted, score 1.00")


def test_a_path_keeps_its_end():
    assert from_left("a/b.py", 10) == "a/b.py"
    assert cell_len(from_left("数学" * 20 + "/b.py", 12)) <= 12


def test_the_worst_verdicts_come_first_and_equal_ones_in_the_order_of_the_run():
    verdicts = [*Verdict, *reversed(Verdict)]
    of = report(
        *(result(submission=f"{number}.py", verdict=verdict) for number, verdict in enumerate(verdicts))
    )
    table = [row.plain.split() for row in overview(of, View())][: len(verdicts)]
    assert [row[0] for row in table] == [str(verdict) for verdict in Verdict for _ in range(2)]
    numbers = [int(row[-1].removesuffix(".py")) for row in table]
    assert all(one < other for one, other in zip(numbers[::2], numbers[1::2], strict=True))


def test_the_table_is_bounded_begins_with_what_failed_and_names_what_is_common():
    of = report(*(result(submission=f"{number}.py") for number in range(60)), *many(2).results)
    lines = ConsoleReporter(View()).render(of).splitlines()
    at = lines.index("... and 12 more (--report csv=PATH has all)")
    assert {row[-31:] for row in lines[at - 50 : at - 48]} == {
        f"learner-000{number}.py  unscaled-grads" for number in range(2)
    }
    assert lines[at - 48] == "accepted      1.00     0.py"
    assert lines[at + 1 : at + 4] == [
        "",
        "most common findings: unscaled-grads in 2",
        "next: judge explain unscaled-grads, or judge run FILE",
    ]
