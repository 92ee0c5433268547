"""What rich makes of something for a terminal, safe where a service reads along."""

import io
from collections.abc import Sequence

from rich.console import Console, Group, RenderableType

from judge.reporters.parts.ci_commands import GUTTER, guarded, is_command


def terminal_text(printed: Sequence[RenderableType], *, width: int, color: bool, indent: int = 0) -> str:
    """Lines of at most `width` columns, plain or with ANSI colours.

    The indent is ours: rich's Padding costs as much as all the rest. Lines that a service could take for
    commands have a gutter in the place of their indent; without an indent all is folded once more, so that
    there is room for it.
    """
    buffer = io.StringIO()
    console = Console(
        file=buffer,
        width=width - indent,
        force_terminal=color,
        force_jupyter=False,  # in a notebook rich would show it there in place of giving it back
        color_system="standard" if color else None,
        no_color=not color,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    console.print(Group(*printed), crop=False)  # a listing keeps its code lines whole
    lines = buffer.getvalue().split("\n")[:-1]
    if not indent and any(map(is_command, lines)):
        text = terminal_text(printed, width=width, color=color, indent=len(GUTTER))
        rows = (line.removeprefix(" " * len(GUTTER)) for line in text.split("\n")[:-1])
        return "".join(f"{guarded(row)}\n" for row in rows)
    return "".join(guarded(" " * indent + line).rstrip() + "\n" for line in lines)
