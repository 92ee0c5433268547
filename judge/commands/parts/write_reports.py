"""Reports to where they are wanted: several formats of one run, into files that are whole or not there."""

import errno
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from judge.commands.parts.exit_code import HARNESS_FAULT, did_you_mean, exit_code
from judge.errors import UsageError
from judge.paths import make_folder
from judge.report import Report
from judge.reporters import ON_STDOUT, REPORTERS
from judge.reporters.base import View, with_exit_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One `--report NAME=PATH`.

    Attributes:
        path: of the file; of the first one where it is a folder.
        is_folder: PATH is a folder, so that a format may write several files.
    """

    format: str
    path: Path
    is_folder: bool = False

    @property
    def places(self) -> tuple[Path, ...]:
        """Where files will be, as far as that is known before."""
        further = REPORTERS[self.format].further_files if self.is_folder else ()
        return (self.path, *(self.path.with_name(name) for name in further))


def parse_target(text: str) -> Target:
    """`NAME=PATH`, where a PATH that is a folder, or ends like one, gets the format's own file name.

    Raises:
        UsageError: not of this form, or no such format.
    """
    name, separator, path = text.partition("=")
    if not separator or not path:
        example = name if name in REPORTERS else "json"
        raise UsageError(f"--report {text}: write NAME=PATH, such as {example}={REPORTERS[example].filename}")
    if name not in REPORTERS:
        raise UsageError(
            f"--report {text}: no format {name}.{did_you_mean(name, REPORTERS)} "
            f"Known: {', '.join(REPORTERS)}."
        )
    if path == "-":
        hint = f"for stdout say --format {name}" if name in ON_STDOUT else "it goes to files only"
        raise UsageError(f"--report {text}: {hint}")
    is_folder = path.endswith(("/", os.sep)) or os.path.isdir(path)  # noqa: PTH112 -- see _obstacle
    file = Path(path) / REPORTERS[name].filename if is_folder else Path(path)
    return Target(format=name, path=file, is_folder=is_folder)


def parse_targets(texts: Iterable[str]) -> tuple[Target, ...]:
    """All of them.

    Raises:
        UsageError: one is wrong, or two go to the same file.
    """
    targets = tuple(parse_target(text) for text in texts)
    places = [os.path.realpath(place) for target in targets for place in target.places]
    twice = next((place for place in places if places.count(place) > 1), None)
    if twice is not None:
        named = next(
            place for target in targets for place in target.places if os.path.realpath(place) == twice
        )
        raise UsageError(f"--report: two reports would go to {named}")
    return targets


def refuse_several(formats: Iterable[str], submissions: int) -> None:
    """Keep a format that tells of one submission from a run of several, before any is judged.

    Raises:
        UsageError: such a format was asked for, and there is more than one submission.
    """
    alone = next((name for name in formats if REPORTERS[name].one_submission), None)
    if alone is not None and submissions > 1:
        raise UsageError(
            f"a {alone} report tells of one submission, and {submissions} are to be judged: "
            "name one file, or another format"
        )


def flow_is_wanted(formats: Iterable[str], submissions: int) -> bool:
    """Whether one of the formats shows the precision flow in a run of so many."""
    asked = [REPORTERS[name] for name in formats]
    return any(one.wants_flow or (one.flow_of_one and submissions == 1) for one in asked)


def refuse_inputs(targets: Sequence[Target], submissions: Iterable[Path], root: Path) -> None:
    """Keep reports from taking the place of what they are made from.

    Args:
        root: the folder that holds problems/ and reference/, no file of which is ever a report.

    Raises:
        UsageError: a report would overwrite a submission, or a file of a problem.
    """
    read = {os.path.realpath(path) for path in submissions} if targets else set()
    trusted = [Path(os.path.realpath(root / name)) for name in ("problems", "reference")]
    for target in targets:
        for place in target.places:
            real = Path(os.path.realpath(place))
            kept = os.path.isfile(real) and any(real.is_relative_to(folder) for folder in trusted)  # noqa: PTH113 -- takes what it may not look at for nothing
            if kept or os.fspath(real) in read:
                raise UsageError(
                    f"--report {target.format}={place}: that file is read as an input; name another one"
                )


def obstacles(targets: Iterable[Target]) -> tuple[str, ...]:
    """A sentence for each report that, as far as can be seen before, can't be written. Nothing is touched."""
    seen = ((target, _obstacle(target.path)) for target in targets)
    return tuple(
        f"the {target.format} report can't be written to {target.path}: {os.strerror(code)}. "
        "Everything is judged all the same"
        for target, code in seen
        if code
    )


def _obstacle(path: Path) -> int:
    """The error that writing would give, 0 for none.

    It asks `os.path`, which takes what it may not look at, or can't, for something that isn't there.
    """
    if os.path.exists(path) and not os.path.isfile(path):  # noqa: PTH110, PTH113 -- a device or a pipe
        return 0 if os.access(path, os.W_OK) else errno.EACCES
    path = Path(os.path.realpath(path))
    folder = next(parent for parent in path.parents if os.path.exists(parent))  # noqa: PTH110 -- as above
    if not os.path.isdir(folder):  # noqa: PTH112 -- as above
        return errno.ENOTDIR
    return 0 if os.access(folder, os.W_OK | os.X_OK) else errno.EACCES


def deliver(report: Report, targets: Sequence[Target], view: View) -> tuple[Report, tuple[str, ...]]:
    """Write every report; what could not be written is told, and the others are written all the same.

    Returns:
        The report with the exit code that it ends with (3 where a file couldn't be written, which the
        written ones say too), and a sentence for each failure.
    """
    failures = {target: _write(target, report, view) for target in targets}
    failed = tuple(failure for failure in failures.values() if failure)
    if not failed:
        return report, ()
    final = with_exit_code(report, exit_code((report.exit_code, HARNESS_FAULT)))
    if final.exit_code != report.exit_code:
        for target in (target for target, failure in failures.items() if failure is None):
            _write(target, final, view)
    return final, failed


def write_atomically(path: Path, parts: Iterable[str]) -> None:
    """Make `path` hold a text, or leave it as it was. A device or a pipe is written to directly.

    Args:
        parts: of the text, written as they come, so that it is never held as a whole.

    Raises:
        OSError: it can't be written.
    """
    if path.exists() and not path.is_file():  # by its own name: what /dev/stdout leads to has none
        _write_parts(path, parts)
        return
    target = Path(os.path.realpath(path))
    make_folder(target.parent)
    scratch = target.with_name(f".{target.name[:100]}.{os.getpid()}.tmp")
    try:
        _write_parts(scratch, parts)
        scratch.replace(target)
    finally:
        scratch.unlink(missing_ok=True)


def _write_parts(path: Path, parts: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        file.writelines(parts)


def _write(target: Target, report: Report, view: View) -> str | None:
    """A sentence about what went wrong, None when it is written."""
    try:
        reporter = REPORTERS[target.format](view)
        if not target.is_folder:
            write_atomically(target.path, reporter.parts(report))
            return None
        for name, parts in reporter.files(report):
            write_atomically(target.path.parent / name, parts)
    except OSError as error:
        return f"the {target.format} report can't be written to {target.path}: {error.strerror or error}"
    return None
