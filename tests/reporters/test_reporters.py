"""What every report format must keep to, those that come later too."""

import re
import tracemalloc
from dataclasses import replace

import pytest
from thinned import thinned

from judge.evidence import Capture
from judge.pages import class_page
from judge.report import Report, SubmissionResult
from judge.reporters import REPORTERS
from judge.reporters.base import Reporter, View
from reporters.reports import Anew, finding, hidden_case, report, result, worst_result, wrong_result
from reporters.samples import every

FORMATS = sorted(REPORTERS)
WITHOUT_CASES = {"csv", "github", "sarif"}  # they tell of submissions as a whole
UNSAFE = re.compile(
    r"[^\n -~\u00a1-\uffff\U00010000-\U0001ffff]|[\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
)


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_tells_anything_of_a_hidden_case(name: str):
    text = REPORTERS[name](View(verbosity=1)).render(report(wrong_result(cases=(hidden_case(),))))
    assert ("secret" in text) == (name not in WITHOUT_CASES)
    assert not [secret for secret in ("LEAK", "123456", "654321", "77.1", "4567", "987654") if secret in text]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("verbosity", [0, 1])
def test_no_learner_text_breaks_out_of_any_format(name: str, verbosity: int):
    text = REPORTERS[name](View(verbosity=verbosity)).render(report(worst_result()))
    assert UNSAFE.search(text) is None
    text.encode("utf-8")


def test_the_worst_text_would_break_out_if_it_were_not_escaped():
    assert UNSAFE.search(worst_result().message)


@pytest.mark.parametrize("name", FORMATS)
def test_a_run_that_judged_nothing_can_be_reported(name: str):
    assert REPORTERS[name](View()).render(report(complete=False, exit_code=130)).endswith("\n")


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_report_gives_the_same_text(name: str):
    one = report(result(capture=Capture(stdout="x")), wrong_result())
    assert REPORTERS[name](View()).render(one) == REPORTERS[name](View()).render(one)


@pytest.mark.parametrize("name", FORMATS)
def test_results_that_are_not_in_memory_give_the_same_text(name: str):
    for one in every():
        kept = list(one.results)
        elsewhere = replace(one, results=Anew(len(kept), kept.__getitem__))
        assert REPORTERS[name](View()).render(elsewhere) == REPORTERS[name](View()).render(one)


def talkative(number: int) -> SubmissionResult:
    return wrong_result(
        submission=f"submissions/demo/learner-{number}.py",
        source="\n" * 10 + "x = 1  # padding\n" * 2000,
        findings=(finding(line=9), finding(line=200 + number)),
        capture=Capture(stdout=f"{number}" * 30_000),
    )


@pytest.mark.parametrize("name", thinned(FORMATS, len(FORMATS), keep={"csv", "jsonl"}))
def test_a_report_of_a_large_class_is_written_without_holding_the_results(
    name: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(class_page, "FOLDED", 1 << 18)  # making pages takes long while memory is traced
    of = replace(report(), results=Anew(200, talkative))  # 25 MiB
    list(REPORTERS[name](View()).parts(report(talkative(0))))  # imports what it needs
    # Traced is also what threads of other tests ask for meanwhile: they don't do so twice.
    assert any(most_memory(REPORTERS[name](View()), of) < 6 << 20 for _ in range(2))


def most_memory(reporter: Reporter, of: Report) -> int:
    """Bytes that were held at most while a report was written."""
    tracemalloc.start()
    try:
        for part in reporter.parts(of):
            assert len(part) < 1 << 20
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_file_names_in_a_folder_differ():
    names = [reporter.filename for reporter in REPORTERS.values()]
    assert sorted(set(names)) == sorted(names)
