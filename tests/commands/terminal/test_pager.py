import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from judge.commands.terminal.pager import is_long, pager

LONG = "".join(f"line {number}\n\n" for number in range(60))
SHORT = "short\n"


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"TERM": "xterm", "PAGER": "more -d"}, "more -d"),
        ({"TERM": "xterm", "PAGER": ""}, None),
        ({"TERM": "xterm", "PAGER": "cat"}, None),
        ({"TERM": "dumb", "PAGER": "less"}, None),
        ({"PAGER": "less"}, None),
    ],
)
def test_the_pager_is_the_users(environ: dict[str, str], expected: str | None):
    assert pager(environ) == expected


def test_without_a_choice_it_is_less_where_there_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert pager({"TERM": "xterm"}) is None
    (tmp_path / "less").touch(mode=0o755)
    assert pager({"TERM": "xterm"}) == "less"


def test_a_text_is_long_that_leaves_no_row_for_the_prompt():
    assert not is_long("1\n2\n", rows=3)
    assert is_long("1\n2\n3\n", rows=3)


def shown(root: Path, statement: str, *arguments: str, **environ: str) -> str:
    """What a terminal of 24 rows gets from `judge show demo`."""
    (root / "problems/demo/statement.md").write_text(statement)
    keyboard, terminal = pty.openpty()
    settings = {"TERM": "xterm", "LINES": "24", "COLUMNS": "80", "NO_COLOR": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "judge", "show", "demo", *arguments],
        stdin=terminal,
        stdout=terminal,
        stderr=subprocess.DEVNULL,
        env={name: text for name, text in os.environ.items() if name != "LESS"} | settings | environ,
        start_new_session=True,
    )
    os.close(terminal)
    text = b""
    ends = time.monotonic() + 60
    while select.select([keyboard], [], [], max(ends - time.monotonic(), 0))[0]:
        try:
            text += os.read(keyboard, 65536)
        except OSError:  # Linux says so when the other side is closed
            break
    os.close(keyboard)
    assert process.wait(10) == 0
    return text.decode().replace("\r\n", "\n")


PAGER = 'echo started "$LESS" && sed s/line/row/'


def test_a_long_text_goes_through_the_pager_with_the_settings_that_git_gives_it(root: Path):
    text = shown(root, LONG, PAGER=PAGER)
    assert text == "started FRX\n" + LONG.replace("line", "row")


def test_settings_of_ones_own_are_kept(root: Path):
    assert shown(root, LONG, PAGER=PAGER, LESS="S").startswith("started S\n")


def test_a_short_text_or_one_that_should_not_be_isnt_paged(root: Path):
    assert shown(root, SHORT, PAGER=PAGER) == SHORT
    assert shown(root, LONG, "--no-pager", PAGER=PAGER) == LONG


def test_a_pager_that_cannot_be_started_loses_nothing(root: Path):
    assert shown(root, LONG, PAGER="no-such-pager 2> /dev/null") == LONG


def test_a_pager_that_is_left_early_has_shown_enough(root: Path):
    assert shown(root, LONG, PAGER="head -n 1") == "line 0\n"


def test_colours_reach_the_pager_unless_they_are_unwanted(root: Path):
    assert "\x1b[" in shown(root, "# Title\n\n" + LONG, PAGER="cat -", NO_COLOR="")
    assert "\x1b[" not in shown(root, "# Title\n\n" + LONG, PAGER="cat -")


def test_an_interrupt_is_the_pagers(root: Path):
    pager = f"kill -{int(signal.SIGINT)} $PPID; sed s/line/row/"
    assert shown(root, LONG, PAGER=pager) == LONG.replace("line", "row")


def test_what_is_piped_isnt_paged(root: Path):
    (root / "problems/demo/statement.md").write_text(LONG)
    environ = os.environ | {"TERM": "xterm", "PAGER": PAGER}
    piped = subprocess.run(
        [sys.executable, "-m", "judge", "show", "demo"],
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    assert (piped.stdout, piped.stderr) == (LONG, "")
