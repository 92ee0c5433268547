import io
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from judge.commands.options.every_command import JudgeGroup, Settings, complain, remark, settings
from judge.errors import HarnessError, IsolationError, NoSubmissionError, UsageError


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@click.group("judge", cls=JudgeGroup)
def app() -> None:
    """An app of one command."""


@app.command()
@click.option("--own", help="An option of its own.")
@click.argument("what", default="settings")
def tell(what: str, own: str | None) -> int:
    """Tell the settings, or raise something."""
    del own
    errors: dict[str, BaseException] = {
        "usage": UsageError("a\x1b[31mb"),
        "harness": HarnessError("broken"),
        "isolation": IsolationError("no walls"),
        "nothing": NoSubmissionError("empty"),
        "interrupt": KeyboardInterrupt(),
        "abort": click.Abort(),
        "disk": OSError(28, "No space left on device"),
        "bug": ZeroDivisionError("division by zero"),
    }
    if what in errors:
        raise errors[what]
    click.echo(settings())
    return 7


@pytest.mark.parametrize(
    "arguments",
    [
        ["--root", "here", "-v", "--color", "never", "tell"],
        ["tell", "--root", "here", "-v", "--color", "never"],
        [
            "-q",
            "--root",
            "elsewhere",
            "--color",
            "always",
            "tell",
            "--root",
            "here",
            "--verbose",
            "--color",
            "never",
        ],
    ],
)
def test_options_may_stand_before_and_after_the_command_and_the_last_one_counts(arguments: list[str]):
    result = CliRunner().invoke(app, arguments)
    assert result.output == f"{Settings(root=Path('here'), verbosity=1, color='never')}\n"
    assert result.exit_code == 7


def test_settings_of_one_command_line_do_not_reach_the_next():
    CliRunner().invoke(app, ["-q", "tell"])
    assert CliRunner().invoke(app, ["tell"]).output == f"{Settings()}\n"
    assert settings() == Settings()


@pytest.mark.parametrize("arguments", [["--version"], ["tell", "--version"]])
def test_the_version_is_told_anywhere(arguments: list[str]):
    result = CliRunner().invoke(app, arguments)
    assert (result.output, result.exit_code) == ("judge 0.1.0\n", 0)


@pytest.mark.parametrize(
    ("what", "message", "code"),
    [
        ("usage", "error: a\\x1b[31mb\n", 2),
        ("harness", "error: broken\n", 3),
        ("isolation", "error: no walls\n", 4),
        ("nothing", "error: empty\n", 5),
        ("interrupt", "error: interrupted\n", 130),
        ("abort", "error: interrupted\n", 130),
        ("disk", "error: [Errno 28] No space left on device\n", 3),
        (
            "bug",
            (
                "error: ZeroDivisionError: division by zero\n"
                "This is a fault of the judge, and -v shows where it is. Please report it.\n"
            ),
            3,
        ),
    ],
)
def test_every_error_is_a_message_and_the_exit_code_of_the_contract(what: str, message: str, code: int):
    result = CliRunner().invoke(app, ["tell", what])
    assert (result.stdout, result.stderr.lstrip("\n"), result.exit_code) == ("", message, code)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["tel"], "error: No such command 'tel'. Did you mean 'tell'?\nTry 'judge --help'.\n"),
        (
            ["tell", "--owm"],
            "error: No such option '--owm'. Did you mean '--own'?\nTry 'judge tell --help'.\n",
        ),
        (["tell", "a", "b"], "error: Got unexpected extra argument (b)\nTry 'judge tell --help'.\n"),
        (["--color", "blue", "tell"], None),
    ],
)
def test_wrong_usage_says_where_to_read_on(arguments: list[str], message: str | None):
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith("error: ")
    assert message in (None, result.stderr)


def test_help_has_the_commands_own_options_first():
    lines = CliRunner().invoke(app, ["tell", "--help"]).output.splitlines()
    titles = [line for line in lines if line.endswith(":")]
    assert titles == ["Options:", "With every command:"]
    assert lines.index("  --own TEXT  An option of its own.") < lines.index("With every command:")
    assert all(
        f"  {name}" in "\n".join(lines)
        for name in ("--root", "-q, --quiet", "-v, --verbose", "--color", "--version")
    )


@pytest.mark.parametrize(
    ("color", "environment", "stream", "coloured"),
    [
        ("auto", {}, Terminal(), "yes"),
        ("auto", {}, io.StringIO(), "no"),
        ("auto", {"NO_COLOR": "1"}, Terminal(), "no"),
        ("auto", {"NO_COLOR": ""}, Terminal(), "yes"),
        ("auto", {"TERM": "dumb"}, Terminal(), "no"),
        ("always", {"NO_COLOR": "1"}, io.StringIO(), "yes"),
        ("never", {}, Terminal(), "no"),
    ],
)
def test_colours_are_for_terminals_unless_asked_otherwise(
    color: str,
    environment: dict[str, str],
    stream: io.StringIO,
    coloured: str,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert Settings(color=color).colored(stream) == (coloured == "yes")


def test_messages_go_to_stderr_escaped(capsys: pytest.CaptureFixture[str]):
    complain("bad\x1b[2J\nsecond line")
    remark("by the way\u202e")
    assert capsys.readouterr() == ("", "error: bad\\x1b[2J\nsecond line\nnote: by the way\\u202e\n")


def test_a_fault_of_the_judge_shows_where_it_is_when_verbose():
    result = CliRunner().invoke(app, ["tell", "bug", "-v"])
    assert result.exit_code == 3
    assert result.stderr.startswith("Traceback (most recent call last):\n")
    assert result.stderr.endswith("Please report it.\n")


def test_a_coloured_message_has_a_coloured_label():
    result = CliRunner().invoke(app, ["--color", "always", "tell", "harness"])
    assert result.stderr == "\x1b[31;1merror: \x1b[0mbroken\n"


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_stream_that_the_caller_closed_changes_no_exit_code(closed: str):
    command = f'"{sys.executable}" -m judge'
    for words, code in (("explain lr-ignored", 0), ("explain nothing-such", 2)):
        done = subprocess.run(
            ["sh", "-c", f"{command} {words} {closed}"], capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stderr
        assert "fault of the judge" not in done.stderr
