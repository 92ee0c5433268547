"""`judge results prune`: what is to go, and what is said of it."""

import re
from collections.abc import Iterator
from pathlib import Path

from judge.commands.parts.with_store import opened
from judge.commands.results.choose import meant
from judge.commands.results.roster import Learners, read_roster
from judge.store.prune import Doomed, Pruned, overwrite, prune

Whose = tuple[str | None, str | None, re.Pattern[str] | None, Path | None]


def deleted(
    name: str, keep_runs: int | None, before: float | None, whose: Whose, *, trial: bool
) -> Iterator[str]:
    """Delete, and say what was deleted.

    Args:
        name: of the store. whose: a glob, a learner's id, and how they are known.

    Raises:
        JudgeError: nothing was deleted.
    """
    submission, learner, pattern, roster = whose
    learners = Learners(pattern, None if roster is None else read_roster(roster))
    learners.check(learner)
    named = submission is not None or learner is not None
    doomed = Doomed(
        keep_runs=keep_runs,
        before=before,
        is_meant=meant(submission, learner, learners) if named else None,
    )
    with opened(name, must_exist=True) as store:
        pruned = prune(store, doomed, trial=trial)
        yield from told_of(pruned, trial=trial)
        if not (trial or pruned.is_nothing or overwrite(store)):
            yield "another program has the store open: its log still holds what was deleted, until that ends"


def told_of(pruned: Pruned, *, trial: bool) -> Iterator[str]:
    """What became of it, a sentence each."""
    counts = (
        (pruned.runs, "run", "runs"),
        (pruned.entries, "entry of a submission", "entries of submissions"),
        (pruned.results, "result", "results"),
        (pruned.sources, "text that was handed in", "texts that were handed in"),
    )
    parts = [f"{count} {one if count == 1 else several}" for count, one, several in counts if count]
    if parts:
        yield f"{'to be deleted' if trial else 'deleted'}: {', '.join(parts)}"
    else:
        yield "there is nothing to delete"
    for number in pruned.going_on:
        yield f"run {number} is still going on and stays as it is; say it again when it has ended"
