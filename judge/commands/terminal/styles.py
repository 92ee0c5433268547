"""What stdout shows: its width, its colours, and Markdown in them."""

import shutil
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from judge.commands.options.every_command import settings
from judge.commands.terminal.stdout import write

if TYPE_CHECKING:
    from judge.reporters.base import View


def on_stdout(view: "View") -> "View":
    """The same view, in the width and colours of stdout."""
    width = min(shutil.get_terminal_size().columns, 100) if sys.stdout.isatty() else 80
    return replace(view, width=max(width, 40), color=settings().colored(sys.stdout))


def write_markdown(markdown: str, *, paged: bool = False) -> None:
    """To stdout, with terminal formatting where colours are shown; through a pager where asked and long."""
    from judge.commands.show import folded, rendered  # noqa: PLC0415 -- as above
    from judge.commands.terminal.pager import page  # noqa: PLC0415 -- when needed only: help must be quick
    from judge.reporters.base import View  # noqa: PLC0415 -- as above

    view = on_stdout(View())
    text = rendered(markdown, view.width) if view.color else folded(markdown, view.width)
    (page if paged else write)(text)
