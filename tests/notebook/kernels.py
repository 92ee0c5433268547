"""A notebook that is run cell by cell in a real kernel, as nbclient runs one."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

import psutil
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

PATIENCE = 120  # s for a cell, on a machine that is busy


class Notebook:
    """What was run in it so far, and its kernel."""

    def __init__(self, client: NotebookClient) -> None:
        self.client = client

    def run(self, source: str, interrupt_after: float | None = None) -> NotebookNode:
        """The cell with its outputs.

        Args:
            interrupt_after: seconds after which it is interrupted, as by the notebook's button for that.
        """
        cell = new_code_cell(source)
        self.client.nb.cells.append(cell)
        button = Timer(interrupt_after or 0, lambda: os.killpg(os.getpgid(self.kernel.pid), signal.SIGINT))
        if interrupt_after is not None:
            button.start()
        try:
            self.client.execute_cell(cell, len(self.client.nb.cells) - 1)
        except CellExecutionError as error:
            cell.metadata["raised"] = error.ename
        finally:
            button.cancel()
        return cell

    def asked(self, source: str, expression: str) -> Any:
        """What an expression gives after a cell, as JSON knows it."""
        cell = self.run(f"{source}\nimport json; print('<<' + json.dumps({expression}) + '>>')")
        return json.loads(printed(cell).partition("<<")[2].partition(">>")[0])

    @property
    def kernel(self) -> psutil.Process:
        return psutil.Process(self.client.km.provisioner.pid)

    def processes(self) -> list[psutil.Process]:
        """The kernel and all that hangs on it."""
        return [self.kernel, *self.kernel.children(recursive=True)]


@contextmanager
def notebook(folder: Path) -> Iterator[Notebook]:
    """A new one in this folder, whose kernel ends with it."""
    client = NotebookClient(
        new_notebook(),
        kernel_name="python3",
        timeout=PATIENCE,
        resources={"metadata": {"path": str(folder)}},
    )
    with client.setup_kernel():
        yield Notebook(client)


def shown(cell: NotebookNode, kind: str = "text/plain") -> str:
    """The result of a cell in one of its forms."""
    return next((one.data[kind] for one in cell.outputs if one.output_type == "execute_result"), "")


def printed(cell: NotebookNode, stream: str = "stdout") -> str:
    """What a cell printed."""
    return "".join(one.text for one in cell.outputs if one.output_type == "stream" and one.name == stream)


def raised(cell: NotebookNode) -> str:
    """The exception that ended it; empty where none did."""
    return str(cell.metadata.get("raised", ""))


def left(processes: list[psutil.Process], seconds: float = 20) -> list[str]:
    """Those that don't end by themselves."""
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    return [" ".join(one.cmdline()[:5]) for one in alive if one.status() != psutil.STATUS_ZOMBIE]
