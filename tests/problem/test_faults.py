from hypothesis import given
from hypothesis import strategies as st

from judge.errors import Fault
from judge.problem.faults import FaultLog, shown, where


def test_a_place_reads_like_python():
    assert where(("cases", 2, "data", "x")) == "cases[2].data.x"
    assert where((0, "a")) == "[0].a"
    assert where(()) == ""


@given(st.text())
def test_shown_text_fits_on_one_line_of_a_terminal(text: str):
    assert shown(text).isprintable()
    assert len(shown(text)) <= 10 * 40 + 1


def test_shown_text_keeps_what_can_be_read():
    assert shown("größe") == "größe"
    assert shown("a\x1b[31m\nb") == "a\\x1b[31m\\nb"
    assert shown("a" * 41) == "a" * 40 + "..."


def test_the_first_fault_at_a_place_is_kept_and_all_come_in_the_order_of_the_lines():
    log = FaultLog(path="a.yaml", lines={(): 1, ("a",): 3, ("b",): 2})
    log.add(("a",), "is wrong")
    log.add(("a",), "is wrong for that reason")
    log.add(("b", 0, "c"), "is missing")
    assert [str(fault) for fault in log.faults] == ["a.yaml:2: b[0].c: is missing", "a.yaml:3: a: is wrong"]


def test_a_place_is_clean_when_nothing_is_wrong_at_it_or_inside():
    log = FaultLog(path="a.yaml", lines={})
    log.include([(("a", 1), Fault(path="a.yaml", line=4, where="a[1]", what="is wrong"))])
    assert not log.clean(())
    assert not log.clean(("a",))
    assert not log.clean(("a", 0), ("a", 1))
    assert log.clean(("a", 0))
    assert log.clean(("a", 1, "b"))
