"""`%judge` and `%%judge`, which `%load_ext judge` brings."""

import re
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from judge.cells import Cell, Cells
from judge.commands.inputs.find_problem import Problems, root_folder
from judge.commands.parts.learner_record import note_accepted
from judge.errors import JudgeError, MissingExtra
from judge.notebook.judgement import Judgement
from judge.notebook.judging import NAME, judged, problem_for
from judge.notebook.session.cells import Cell as RunCell
from judge.notebook.session.put_together import put_together
from judge.notebook.status import Status
from judge.notebook.warm_judges import root_judge
from judge.paths import install_advice

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

EMPTY = re.compile(r"(?:[ \t]*\n)*")


def load_ipython_extension(shell: "InteractiveShell") -> None:
    """Give a session `%judge` and `%%judge`; IPython calls it for `%load_ext judge`.

    Raises:
        MissingExtra: IPython isn't installed.
    """
    if find_spec("IPython") is None:
        raise MissingExtra(f"%judge needs IPython. Install it with: {install_advice('notebook')}")
    from judge.notebook.magic_class import JudgeMagics  # noqa: PLC0415 -- an extra

    shell.register_magics(JudgeMagics)
    shell.set_hook("complete_command", complete, re_key=r"%%?judge\b")


def judge_cell(shell: Any, cell: str, problem: str | None, root: str | None, *, quiet: bool) -> Judgement:  # noqa: ANN401 -- IPython's
    """Judge the text of a cell below its magic.

    Lines are counted as the cell counts them, with the magic as line 1.

    Raises:
        JudgeError: it can't be judged.
    """
    number, above = _place(shell, cell)
    source = "\n" * above + cell
    cells = (Cell(number=number, first=1, lines=source.count("\n") + 1, ran=True),) if number else ()
    return _judged(shell, source, cells, problem, root, quiet=quiet)


def judge_session(shell: Any, problem: str | None, root: str | None, *, quiet: bool) -> Judgement:  # noqa: ANN401 -- IPython's
    """Judge the entry point as it stands in the session, with what it uses.

    Raises:
        JudgeError: it can't be judged.
    """
    folder = root_folder(None if root is None else Path(root))
    id_ = problem or problem_for(Problems(folder))
    entry_point = root_judge(folder.resolve()).problem(id_).entry_point
    program = put_together(cells_of(shell), shell.user_ns, entry_point)
    return _judged(shell, program.source, program.cells, id_, root, name=entry_point, quiet=quiet)


def cells_of(shell: Any) -> Sequence[RunCell]:  # noqa: ANN401 -- IPython's
    """The cells that a session has run, with the one that is running."""
    told = shell.history_manager
    both = zip(told.input_hist_raw, told.input_hist_parsed, strict=False)
    return [RunCell(number=number, raw=raw, code=code) for number, (raw, code) in enumerate(both) if number]


def complete(_: object, event: Any) -> list[str]:  # noqa: ANN401 -- IPython's
    """The ids of the problems, for the Tab key."""
    try:
        known = Problems(root_folder(None)).folders
    except JudgeError:
        return []
    return [name for name in known if name.startswith(event.symbol)]


def _judged(
    shell: Any,  # noqa: ANN401 -- IPython's
    source: str,
    cells: Cells,
    problem: str | None,
    root: str | None,
    *,
    name: str = "",
    quiet: bool,
) -> Judgement:
    folder = root_folder(None if root is None else Path(root))
    called = name or (cells[0].name if cells else NAME)
    text = source.encode("utf-8", "surrogatepass")
    with Status(shell, quiet=quiet) as status:
        found = judged(folder, problem, name=called, source=text, cells=cells, say=status.say)
    for news in note_accepted(found.report.results):
        if not quiet:
            print(news)  # noqa: T201 -- below the cell
    return found


def _place(shell: Any, cell: str) -> tuple[int, int]:  # noqa: ANN401 -- IPython's
    """The number of the cell that is running, and how many of its lines come before those of a magic.

    The number is 0 where a program runs the magic, and not a cell.
    """
    running = next(reversed(cells_of(shell)), None)
    if running is None or "%%judge" not in running.raw or not running.raw.rstrip().endswith(cell.rstrip()):
        return 0, 0
    empty = EMPTY.match(running.raw)
    return running.number, 1 + (0 if empty is None else empty[0].count("\n"))
