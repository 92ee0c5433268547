from pathlib import Path

import pytest

from judge.problem.hints import Hint, read_hints
from problem.demo import Demo


def told(path: Path, text: bytes) -> list[str]:
    path.write_bytes(text)
    return [str(fault) for fault in read_hints(path, "hints.md")[1]]


def test_a_hint_is_a_heading_and_what_stands_below_it(tmp_path: Path):
    path = tmp_path / "hints.md"
    first = "first\n\n```sh\n## no heading\n```\n### nor this\n##nor this"
    path.write_text(f"\n## One\n\n{first}\n## Two\nsecond")
    assert read_hints(path, "hints.md") == (
        (
            Hint(title="One", text=first, line=2),
            Hint(title="Two", text="second", line=11),
        ),
        [],
    )


def test_a_problem_may_have_none(tmp_path: Path):
    assert read_hints(tmp_path / "hints.md", "hints.md") == ((), [])


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (b"", ["hints.md: has no hint; each begins with a line `## title`"]),
        (
            b"# Hints\n\n## One\nfirst",
            ["hints.md:1: stands before the first hint; each begins with a line `## title`"],
        ),
        (b"## One\n\n## Two\nsecond", ["hints.md:1: the hint `One` says nothing"]),
        (
            b"## \nfirst\n##\nsecond\n",
            ["hints.md:1: a hint needs a title: `## title`", "hints.md:3: a hint needs a title: `## title`"],
        ),
        (b"## One\x1b[0m\n", ["hints.md:1: the hint `One\\x1b[0m` says nothing"]),
        (b"\xff", ["hints.md: can't be read: is not UTF-8"]),
    ],
)
def test_every_fault_is_told_with_its_line(tmp_path: Path, text: bytes, faults: list[str]):
    assert told(tmp_path / "hints.md", text) == faults


def test_a_problem_is_read_with_its_hints_and_their_faults(demo: Demo):
    assert demo.load().hints == ()
    hints = demo.folder / "hints.md"
    hints.write_text("## One\nfirst")
    assert [hint.title for hint in demo.load().hints] == ["One"]
    hints.write_text("nothing")
    assert demo.faults(text=demo.text) == [
        "problems/demo/hints.md:1: stands before the first hint; each begins with a line `## title`",
    ]
