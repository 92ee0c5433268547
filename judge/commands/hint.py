"""`judge hint PROBLEM`: one hint a call, from far to near."""

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from judge.commands.parts.learner_record import record, recorded
from judge.problem.hints import Hint
from judge.problem.model import Problem

Which = Literal["next", "again", "all", "reset"]


def hint(problem: Problem, which: Which, note: Callable[[str], None]) -> str:
    """Markdown: the hint that comes next, the last one again, or all; how many were shown is kept.

    Args:
        which: "reset" begins anew with the first one. "all" leaves what was shown as it is.
        note: told where that can't be kept.
    """
    hints = problem.hints
    if not hints:
        return f"There are no hints for {problem.id}.\n"
    if which == "all":
        return "\n".join(_shown(problem, number) for number in range(1, len(hints) + 1))
    known = recorded(problem.id)
    before = 0 if which == "reset" else min(known.hints, len(hints))
    number = max(before, 1) if which == "again" else before + 1
    if number > len(hints):
        return _no_more(problem)
    if number != known.hints:
        try:
            record(problem.id, replace(known, hints=number))
        except OSError as error:
            note(
                f"which hints were shown can't be kept ({error.strerror or error}): "
                f"`judge hint {problem.id} --all` shows them all"
            )
    return f"{_shown(problem, number)}\n{_what_next(problem, number)}\n"


def _shown(problem: Problem, number: int) -> str:
    one: Hint = problem.hints[number - 1]
    return f"## Hint {number} of {len(problem.hints)}: {one.title}\n\n{one.text}\n"


def _what_next(problem: Problem, number: int) -> str:
    if number < len(problem.hints):
        return f"- `judge hint {problem.id}`: the next one\n- `judge hint {problem.id} --again`: this one"
    return f"That was the last one.\n\n{_beyond(problem)}"


def _no_more(problem: Problem) -> str:
    return (
        f"All {len(problem.hints)} hints of {problem.id} have been shown.\n\n"
        f"- `judge hint {problem.id} --all`: all of them once more\n"
        f"- `judge hint {problem.id} --reset`: the first one again\n{_beyond(problem)}\n"
    )


def _beyond(problem: Problem) -> str:
    return (
        "- `judge explain`: a page for each mistake\n"
        f"- `judge solution {problem.id} --give-up`: the reference"
    )
