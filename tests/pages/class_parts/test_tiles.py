from reporters.classes import small_class
from reporters.reports import result

from judge.pages.class_parts.tiles import tiles
from judge.report import FlowFact
from pages.class_parts.counted import counted, read, words


def test_a_few_numbers_are_told_with_their_names_and_coloured_where_there_is_something():
    found = read(tiles(counted(small_class()))).find("ul")
    assert [(words(one), one.get("class")) for one in found] == [
        ("2 accepted (28%)", "good"),
        ("0.50 median score", None),
        ("2 partly right", "warn"),
        ("2 did not run", "bad"),
        ("1 judge at fault", "ours"),
    ]
    assert [one.get("class") for one in read(tiles(counted([result()]))).find("ul")] == ["good", *[None] * 4]


def test_without_scores_there_is_no_median_and_what_was_not_read_is_told():
    unread = result(flow=FlowFact(available=False, reason="too large"), score=None)
    told = words(read(tiles(counted([unread]))))
    assert "- median score" in told
    assert "1 not read, numbers only" in told
