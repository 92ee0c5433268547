"""Where a part of a page stands."""

import htpy

from judge.pages.parts.place import Place

INNER = Place(prefix="s3-", level=3, lines=7)


def test_ids_and_links_of_one_of_many_have_a_prefix():
    assert INNER.id("grid") == "s3-grid"
    assert str(INNER.line_link(7)) == '<a href="#s3-L7">line 7</a>'
    assert Place(lines=7).line(2) == "L2"


def test_a_line_that_is_not_there_has_no_link():
    for number in (0, 8):
        assert INNER.line_link(number) == f"line {number}"
    assert not INNER.has(None)


def test_headings_are_as_deep_as_the_part():
    assert str(INNER.heading("a ", htpy.b["b"])) == "<h3>a <b>b</b></h3>"
    assert str(Place().heading("a")) == "<h2>a</h2>"
