from reporters.classes import small_class
from reporters.reports import case, result, wrong_case, wrong_result
from reporters.samples import HOSTILE

from judge.pages.class_parts.cases import cases
from pages.class_parts.counted import counted, read, table, words


def test_each_case_has_a_bar_its_numbers_and_whom_it_alone_caught():
    found = read(cases(counted(small_class())))
    assert table(found) == [
        ["case", "✓accepted", "▲pitfall", "✗failed", "?not judged", "caught alone"],
        ["generic", "4", "0", "1", "1", "-"],
        ["scaled", "2", "1", "2", "1", "2"],
    ]
    bars = [[one.get("class") for one in bar] for bar in found.iter("svg")]
    assert bars == [["good", "bad", "ours"], ["good", "warn", "bad", "ours"]]


def test_without_a_fault_of_the_judge_there_is_no_column_for_it():
    found = read(cases(counted([wrong_result(cases=(case(), wrong_case()))])))
    assert table(found)[1:] == [["generic", "1", "0", "0", "-"], ["scaled", "0", "0", "1", "1"]]


def test_where_no_case_ran_it_is_said():
    assert words(read(cases(counted([result(cases=())])))) == "No case ran."


def test_no_name_becomes_markup():
    found = read(cases(counted([wrong_result(cases=tuple(map(wrong_case, HOSTILE)))])))
    assert len(table(found)) == 1 + len(set(HOSTILE))
    assert words(found).isprintable()
