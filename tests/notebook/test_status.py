"""What is said while somebody waits, outside of a kernel."""

import io
from types import SimpleNamespace

import pytest

from judge.notebook.status import Status


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def told(monkeypatch: pytest.MonkeyPatch, stderr: io.StringIO, *, quiet: bool = False) -> str:
    monkeypatch.setattr("sys.stderr", stderr)
    with Status(SimpleNamespace(), quiet=quiet) as status:
        status.say("computing")
        status.say("starting")
    return stderr.getvalue()


def test_a_terminal_has_one_line_that_is_taken_away(monkeypatch: pytest.MonkeyPatch):
    assert told(monkeypatch, Terminal()) == "\r\x1b[Kcomputing\r\x1b[Kstarting\r\x1b[K"


def test_a_log_has_a_line_each(monkeypatch: pytest.MonkeyPatch):
    assert told(monkeypatch, io.StringIO()) == "computing\nstarting\n"


def test_whoever_wants_quiet_has_it(monkeypatch: pytest.MonkeyPatch):
    assert told(monkeypatch, Terminal(), quiet=True) == ""
