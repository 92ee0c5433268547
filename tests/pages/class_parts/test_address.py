import pytest

from judge.pages.class_parts.address import anchors, link, named
from pages.class_parts.counted import read, words


@pytest.mark.parametrize("value", ["uncast-inputs", "a b&c=d#e", "ä/ö", "%41", '"><b>'])
def test_an_address_leads_to_its_anchor_and_is_read_again_as_it_was(value: str):
    (anchor,) = read(anchors("p", [value]))
    assert link("p", value) == f"#{anchor.get('id')}"
    assert anchor.get("id").isascii()
    assert " " not in anchor.get("id")


def test_a_name_leads_to_the_page_of_its_submission_where_there_is_one():
    found = read(named("a/b.py", {"a/b.py": "x.html"}), named("c.py", {"c.py": None}))
    (anchor,) = found
    assert (anchor.get("href"), words(found)) == ("x.html", "b.pyc.py")
