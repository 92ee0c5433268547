"""The line that a verdict's message is about, in every format that can show one."""

import json

from workflow_commands import commands

from judge.report import Report
from judge.reporters.console import ConsoleReporter
from judge.reporters.github import GithubReporter
from judge.reporters.html import HtmlReporter
from judge.reporters.junit import JunitReporter
from judge.reporters.markdown import MarkdownReporter
from judge.reporters.sarif import SarifReporter
from reporters.readers import html, junit
from reporters.reports import exception, finding, report, result, wrong_case, wrong_result

RETURNS = "    return optimizer.update(model, grads)"


def shown_as_code(of: Report) -> list[str]:
    return ["".join(code.itertext()).strip() for code in html(HtmlReporter().render(of)).iter("code")]


def without_a_finding(**fields: object) -> Report:
    message = "line 10: a Python float came"
    case = wrong_case("generic", message=message, line=10)
    return report(wrong_result(message=f"case generic: {message}", line=10, cases=(case,), **fields))


def test_the_console_marks_it():
    frame = f"""\
    --> submissions/demo/ada.py:10
     |
  10 | {RETURNS}
     |     {"^" * len(RETURNS.strip())}
"""
    assert frame in ConsoleReporter().render(without_a_finding())


def test_it_is_shown_once_where_a_finding_or_an_exception_shows_it_too():
    for fields in ({"findings": (finding(),)}, {"exception": exception(lines=(10,))}):
        of = without_a_finding(**fields)
        assert ConsoleReporter().render(of).count(RETURNS) == 1
        assert shown_as_code(of).count(RETURNS.strip()) == 1


def test_a_line_that_the_file_does_not_have_is_not_shown():
    of = report(wrong_result(line=999))
    assert "-->" not in ConsoleReporter().render(of)
    assert "line raised" not in HtmlReporter().render(of)
    assert "```" not in MarkdownReporter().render(of)


def test_pages_show_it():
    page = html(HtmlReporter().render(without_a_finding()))
    (marked,) = [line for line in page.iter("div") if line.get("class") == "line raised"]
    assert "".join(marked.itertext()) == f"10 {RETURNS}"
    assert f"```python\n10  {RETURNS}\n```" in MarkdownReporter().render(without_a_finding())


def test_annotations_and_results_are_pinned_to_it():
    of = without_a_finding()
    assert commands(GithubReporter().render(of))[0].properties["line"] == "10"
    (one,) = json.loads(SarifReporter().render(of))["runs"][0]["results"]
    assert one["locations"][0]["physicalLocation"]["region"] == {"startLine": 10}


def test_an_editor_jumps_to_it_from_a_test_case():
    of = report(without_a_finding().results[0], result())
    tests = [test for suite in junit(JunitReporter().render(of)) for test in suite]
    assert [test._elem.get("line") for test in tests] == ["10", None]
