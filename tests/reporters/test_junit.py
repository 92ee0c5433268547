from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from junitparser import Error, Failure, TestCase, TestSuite

from judge.report import Report
from judge.reporters.junit import JunitReporter
from reporters.readers import junit
from reporters.samples import HOSTILE, VIEW, every, hostile, mixed, ours

GOLDEN = """\
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="judge" time="1.700" tests="5" failures="2" errors="1">
  <testsuite name="demo" timestamp="2026-11-23T12:00:05+00:00" tests="5" failures="2" errors="1" time="2.700">
    <testcase classname="demo.submissions/demo/ada.py" name="generic" time="0.200" file="submissions/demo/ada.py" />
    <testcase classname="demo.submissions/demo/ada.py" name="scaled" time="0.200" file="submissions/demo/ada.py" line="5">
      <failure type="wrong_answer" message="expected 1.32031, got 812: off by 39,299 tolerances">expected 1.32031, got 812: off by 39,299 tolerances
warning[full-precision-loss] (line 5): the error is computed in float32
  help: round it to bfloat16
error[unscaled-grads] (line 10): `grads` still carries the factor `loss_scale` when the optimizer gets it
  help: divide `grads` by `loss_scale` before the update</failure>
      <system-out>| hello</system-out>
    </testcase>
    <testcase classname="demo.submissions/demo/ada.py" name="secret" file="submissions/demo/ada.py">
      <failure type="wrong_answer" message="a hidden case: its data and numbers are not shown">a hidden case: its data and numbers are not shown</failure>
    </testcase>
    <testcase classname="demo.submissions/demo/bob.py" name="submission" time="0.900" file="submissions/demo/bob.py" line="3">
      <error type="invalid" message="line 3: expected ':'">line 3: expected ':'</error>
    </testcase>
    <testcase classname="demo.submissions/demo/cyd.py" name="generic" time="0.200" file="submissions/demo/cyd.py" />
  </testsuite>
</testsuites>
"""  # noqa: E501 -- lines as they are written


def read(report: Report) -> list[TestSuite]:
    return junit(JunitReporter(VIEW).render(report))


def test_a_whole_document():
    assert JunitReporter(VIEW).render(mixed()) == GOLDEN


def test_another_reader_finds_every_case_and_what_failed():
    (suite,) = read(mixed())
    assert (suite.name, suite.tests, suite.failures, suite.errors) == ("demo", 5, 2, 1)
    found = {
        (test.classname.rpartition("/")[2], test.name): test for test in suite if isinstance(test, TestCase)
    }
    assert {key: [type(one) for one in test.result] for key, test in found.items()} == {
        ("ada.py", "generic"): [],
        ("ada.py", "scaled"): [Failure],
        ("ada.py", "secret"): [Failure],
        ("bob.py", "submission"): [Error],
        ("cyd.py", "generic"): [],
    }
    assert found["ada.py", "scaled"].system_out == "| hello"


def test_our_own_fault_is_an_error_of_a_type_of_its_own():
    ((test,),) = [list(suite) for suite in read(ours())]
    assert [(type(one), one.type) for one in test.result] == [(Error, "judge_error")]


@pytest.mark.parametrize("report", every())
def test_every_report_can_be_read(report: Report):
    assert sum(len(list(suite)) for suite in read(report)) == sum(
        max(len(result.cases), 1) for result in report.results
    )


def structure(report: Report) -> list[tuple[str, list[str]]]:
    root = ET.fromstring(JunitReporter(VIEW).render(report).encode())
    return [(element.tag, sorted(element.attrib)) for element in root.iter() if element.tag != "system-err"]


@pytest.mark.parametrize("text", [text for text in HOSTILE if text.strip()])
def test_no_text_makes_or_hides_an_element(text: str):
    assert structure(hostile(text)) == structure(hostile("harmless"))


@given(st.text(st.characters()))
def test_any_text_makes_well_formed_xml(text: str):
    (suite,) = read(hostile(text))
    assert [test.name for test in suite][1:] == ["secret"]
