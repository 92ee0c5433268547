from reporters.classes import small_class
from reporters.reports import case, result
from reporters.samples import HOSTILE

from judge.pages.class_parts.slowest import slowest
from judge.report import NearLimit
from pages.class_parts.counted import counted, read, words

NAMES = ("ada", "bob", "cyd", "dan", "eve", "fay", "gil")


def test_who_took_longest_comes_first_with_the_limits_that_were_broken():
    found = read(slowest(counted(small_class()), dict.fromkeys(f"{name}.py" for name in NAMES)))
    assert [words(one) for one in found.find("ol")][:3] == [
        "20.5 seve.py broke the limit: wall",
        "0.90 scyd.py",
        "0.90 sdan.py",
    ]


def test_the_limit_that_was_nearly_broken_is_told():
    one = result(submission="ada.py", near_limit=NearLimit(limit="cpu", share=0.625))
    found = read(slowest(counted([one]), {"ada.py": None}))
    assert words(found.find("ol/li/span[2]")) == "ada.py took 62% of the limit: cpu"


def test_a_name_leads_to_its_page_and_no_text_becomes_markup():
    for text in HOSTILE:
        one = result(submission=text, cases=(case(limit=text or "wall"),))
        found = read(slowest(counted([one]), {text: "page.html"}))
        assert [link.get("href") for link in found.iter("a")] == ["page.html"]
        assert words(found).isprintable()
