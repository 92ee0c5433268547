"""`judge show PROBLEM`: the lesson, the task and the points."""

import textwrap
from collections.abc import Iterator
from pathlib import Path

from judge.commands.inputs.find_problem import Problems
from judge.errors import Fault, ProblemError

_MARKERS = ("#", "|", ">", "    ", "\t")


def statement(problems: Problems, name: str) -> str:
    """The Markdown of the problem's statement, and below it the rubric where the problem has one.

    A file that has faults has none: a learner can read the task all the same.

    Raises:
        UsageError: no such problem. ProblemError: its statement can't be read.
    """
    from judge.problem.load import load_problem  # noqa: PLC0415 -- the YAML reader; other pages need none

    folder = problems.folder(name)
    text = readable(folder / "statement.md", problems.root)
    try:
        rubric = load_problem(problems.root, folder).rubric
    except ProblemError:
        return text
    if rubric is None:
        return text
    from judge.rubric import rule  # noqa: PLC0415 -- most problems have no rubric

    sentences = "".join(f"- {sentence}\n" for sentence in rule(rubric))
    return f"{text.rstrip()}\n\n## Points\n\n{sentences}"


def readable(path: Path, root: Path) -> str:
    """The text of a file that comes with a problem.

    Raises:
        ProblemError: it can't be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        what = getattr(error, "strerror", None) or "is not UTF-8"
        place = path.relative_to(root).as_posix()
        raise ProblemError([Fault(path=place, line=0, where="", what=f"can't be read: {what}")]) from None


def rendered(markdown: str, width: int) -> str:
    """Markdown with terminal formatting, in `width` columns."""
    from rich.console import Console  # noqa: PLC0415 -- takes 100 ms; a pipe gets the text itself
    from rich.markdown import Markdown  # noqa: PLC0415 -- as above

    console = Console(
        width=width, force_terminal=True, color_system="standard", no_color=False, legacy_windows=False
    )
    with console.capture() as capture:
        console.print(Markdown(markdown, code_theme="ansi_dark"))
    return capture.get()


def folded(markdown: str, width: int) -> str:
    """Markdown as it is written, but for prose lines longer than `width`, which are folded."""
    return "".join(f"{line}\n" for line in _folded(markdown.splitlines(), width))


def _folded(lines: list[str], width: int) -> Iterator[str]:
    in_code = False
    for line in lines:
        fence = line.lstrip().startswith(("```", "~~~"))
        in_code ^= fence
        if in_code or fence or len(line) <= width or line.startswith(_MARKERS):
            yield line
            continue
        text = line.lstrip()
        indent = " " * (len(line) - len(text))
        hanging = indent + " " * (
            2 if text.startswith(("- ", "* ")) else 3 if text[:2].rstrip(".").isdigit() else 0
        )
        yield from textwrap.wrap(
            text,
            width,
            initial_indent=indent,
            subsequent_indent=hanging,
            break_long_words=False,
            break_on_hyphens=False,
        )
