"""A session as IPython makes one of cells, without a kernel."""

import linecache
from codeop import Compile
from contextlib import suppress
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager

from judge.errors import UsageError
from judge.notebook.session.cells import Cell
from judge.notebook.session.put_together import Program, put_together


class Commands:
    """What IPython calls for magics and shell lines."""

    def run_line_magic(self, *_: str) -> None:
        pass

    def system(self, _: str) -> None:
        pass


class Session:
    """Cells that were run, and what they left; one that fails keeps what it did until then."""

    def __init__(self, *cells: str) -> None:
        self.names: dict[str, Any] = {"__name__": "__main__", "get_ipython": Commands}
        self.cells: list[Cell] = []
        self.compile = Compile()  # keeps what was imported from the future
        for cell in cells:
            self.run(cell)

    def run(self, raw: str) -> None:
        code = TransformerManager().transform_cell(raw)
        name = f"<cell {id(self)} {len(self.cells)}>"
        linecache.cache[name] = (len(code), None, [f"{line}\n" for line in code.splitlines()], name)
        self.cells.append(Cell(number=len(self.cells) + 1, raw=raw, code=code))
        with suppress(ZeroDivisionError, SyntaxError):  # as a cell that failed
            exec(self.compile(code, name, "exec"), self.names)

    def program(self, entry_point: str = "step") -> Program:
        return put_together(self.cells, self.names, entry_point)

    def source(self, entry_point: str = "step") -> str:
        return self.program(entry_point).source

    def gives(self, *arguments: Any, entry_point: str = "step") -> Any:
        """What the program that was put together gives, alone."""
        names: dict[str, Any] = {}
        exec(compile(self.source(entry_point), "<program>", "exec"), names)
        return names[entry_point](*arguments)

    def missing(self, entry_point: str = "step") -> list[str]:
        """What keeps it from being put together."""
        try:
            self.program(entry_point)
        except UsageError as error:
            return [line.removeprefix("- ") for line in str(error).split("\n")[1:]]
        return []
