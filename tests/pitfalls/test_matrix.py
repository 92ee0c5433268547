import pytest
from styles import MISTAKES, STYLES, fitting, lines, written
from traced import diagnosed, flow_of, ids

MATRIX = sorted(fitting())
SAMPLE = MATRIX[::6]


def assert_found(style: str, name: str) -> None:
    mistake = MISTAKES[name]
    findings = diagnosed(written(style, mistake.slots), run=True)
    allowed = {*mistake.ids, "full-precision-loss"} if name == "uncast-targets" else set(mistake.ids)
    assert set(ids(findings)) & set(mistake.ids), findings
    assert set(ids(findings)) <= allowed
    assert [finding.severity for finding in findings] == [mistake.severity] * len(findings)
    for finding in findings:
        assert set(range(finding.line, finding.end_line + 1)) & lines(style, mistake), finding


@pytest.mark.parametrize("style", STYLES)
def test_a_right_submission_has_no_finding(style):
    assert diagnosed(written(style, {}), run=True) == ()


@pytest.mark.parametrize("style", STYLES)
def test_a_right_submission_is_read(style):
    assert flow_of(written(style, {})).reason is None


@pytest.mark.parametrize(("style", "mistake"), SAMPLE)
def test_a_mistake_is_found_at_its_line_and_nothing_else(style, mistake):
    assert_found(style, mistake)


@pytest.mark.unproven
@pytest.mark.parametrize(("style", "mistake"), [pair for pair in MATRIX if pair not in SAMPLE])
def test_a_mistake_is_found_in_every_style(style, mistake):
    assert_found(style, mistake)
