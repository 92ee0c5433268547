import re

from commands.class_views.told_of import small, told_of
from judge.commands.class_views.markdown import parts
from judge.reporters.base import View


def test_the_class_is_told_as_in_the_markdown_report():
    text = "".join(parts(small(), View()))
    assert text.startswith("## 7 submissions\n\n2 of 7 accepted (28%); median score 0.50, mean 0.50;")
    assert re.findall("<summary>(.*?)</summary>", text) == ["Pitfalls", "Cases", "Who fails alike"]


def test_nobody_and_an_interrupted_run_are_said():
    assert "".join(parts(told_of([], complete=False), View())) == (
        "## 0 submissions (interrupted: what was not finished is missing)\n"
    )
