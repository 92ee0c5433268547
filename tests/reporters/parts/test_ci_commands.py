import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from thinned import thinned
from workflow_commands import commands

from judge.reporters import REPORTERS
from judge.reporters.base import View
from judge.reporters.parts.ci_commands import GUTTER, guarded, guarded_lines
from reporters.readers import junit
from reporters.samples import hostile

ROOT = Path(__file__).resolve().parents[3]
TEXTS = sorted(REPORTERS.keys() - {"github"})  # whose every line is a command of our own
OBEYED = re.compile(r"\s*(?:::|##)|(?:---|\+\+\+|\^\^\^|~~~) |section_(?:start|end):")
ANYWHERE = re.compile(r"##[A-Za-z-]*\[")
BREAKS = [
    "",
    " ",
    "\t",
    "\n",
    "\r",
    "\x0b",
    "\x0c",
    "\x85",
    "\u2028",
    "\u2029",
    "x " * 37,
    "y" * 77,
    "z" * 70,
]
COMMANDS = [
    "::error::taken",
    "##[error]taken",
    "##vso[task.complete result=Failed;]",
    "##teamcity[buildStop]",
    "###vso[x]",
    "--- taken",
    "+++ taken",
    "section_start:1:x\r",
    "::add-mask::a ",
]
texts = st.lists(st.sampled_from([*BREAKS, *COMMANDS]), min_size=1, max_size=12).map("".join)


def obeyed(text: str) -> list[str]:
    """Lines that one service or another would carry out, colours taken away as some services do."""
    lines = re.sub(r"\x1b\[[0-9;]*m", "", text).splitlines()
    return [line for line in lines if OBEYED.match(line) or ANYWHERE.search(line)]


@pytest.mark.parametrize("name", thinned(TEXTS, 3))
@given(text=texts, verbosity=st.sampled_from([0, 1]), color=st.booleans())
def test_no_service_obeys_a_line_of_a_learner(name: str, text: str, verbosity: int, color: bool):  # noqa: FBT001 -- drawn
    view = View(verbosity=verbosity, color=color)
    written = REPORTERS[name](view).render(hostile(text))
    own = obeyed(REPORTERS[name](view).render(hostile("plain")))  # Markdown's headings and SARIF's none
    assert [
        line for line in obeyed(written) if not (name == "markdown" and line.startswith(("## ", "### ")))
    ] == ([line for line in own if not line.startswith(("## ", "### "))])
    assert commands(written) == []


@given(text=texts)
def test_nor_one_of_the_texts_that_a_service_takes_out_of_junit(text: str):
    document = REPORTERS["junit"](View()).render(hostile(text))
    for suite in junit(document):
        for element in suite._elem.iter():
            for said in (element.text or "", *element.attrib.values()):
                assert obeyed(said) == []


@pytest.mark.parametrize("page", ["docs/grading.md", "SECURITY.md"])
def test_teachers_are_told_of_the_gutter(page: str):
    text = " ".join((ROOT / page).read_text(encoding="utf-8").split())
    assert re.search(rf"printed stands behind `{re.escape(GUTTER)}`", text)


@pytest.mark.parametrize("name", ["console", "gradescope", "html", "junit", "markdown"])
def test_the_formats_that_are_named_there_have_it(name: str):
    text = REPORTERS[name](View()).render(hostile("plain"))
    assert f"{GUTTER}plain" in text


def test_what_is_printed_stands_behind_the_gutter_also_where_it_is_folded():
    text = REPORTERS["console"](View()).render(hostile("a" * 100))
    at = text.index("printed to stdout:")
    assert text[at:].splitlines()[1:3] == [f"    | {'a' * 74}", f"    | {'a' * 26}"]


def test_a_line_that_nobody_obeys_stays_as_it_is():
    assert guarded("  a :: b") == "  a :: b"
    assert guarded("  ::error::a") == "| ::error::a"
    assert guarded_lines("a\n::x::") == "a\n| ::x::"


def test_a_file_name_that_is_folded_again_to_make_room_begins_no_line_with_a_command():
    name = "::error::taken" * 3 + "section_start:1:x\r" + "--- taken" + "x " * 37 + "--- taken"
    assert obeyed(REPORTERS["console"](View()).render(hostile(name))) == []
