"""The server ends with its editor, however that ends, and leaves nothing behind."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner
from toys import RIGHT, Toy

from editor.driver import COMMAND, Editor, an_editor, environment
from judge.cli import main

WRONG = RIGHT.replace("2 *", "3 *")
RUNS_FOR_EVER = RIGHT.replace("    return", "    while True:\n        pass\n    return")
SAVES, ROUNDS = 200, 4
MOST_GROWTH = 8 << 20  # bytes; a leak of one result a save is more


@pytest.fixture
def toy(tmp_path: Path) -> Toy:
    return Toy.make(tmp_path)


def hang_up(editor: Editor) -> None:
    editor.client._server.stdin.close()


async def in_order(editor: Editor) -> None:
    await editor.client.shutdown_async(None)
    editor.client.exit(None)


ENDS: dict[str, tuple[Callable[[Editor], object], set[int]]] = {
    "in order": (in_order, {0}),
    "without a word": (lambda editor: editor.client.exit(None), {1}),
    "hangs up": (hang_up, {1}),
    "terminates it": (lambda editor: editor.server.terminate(), {128 + signal.SIGTERM}),
    "interrupts it": (lambda editor: editor.server.send_signal(signal.SIGINT), {128 + signal.SIGINT}),
    "kills it": (lambda editor: editor.server.kill(), {-signal.SIGKILL}),
}


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "how", [name if name == "kills it" else pytest.param(name, marks=pytest.mark.more) for name in ENDS]
)
async def test_it_ends_with_its_editor_while_a_program_hangs(toy: Toy, how: str):
    end, codes = ENDS[how]
    async with an_editor(toy.root) as editor:
        uri = editor.open("submissions/toy/ada.py", WRONG)
        await editor.shown(uri)
        editor.type(uri, RUNS_FOR_EVER)
        editor.save(uri)
        await asyncio.sleep(0.5)
        server = editor.client._server
        processes = [editor.server, *editor.server.children(recursive=True)]
        assert len(processes) > 1
        if (ending := end(editor)) is not None:
            await ending
        assert await asyncio.wait_for(server.wait(), 30) in codes
        assert await gone(processes)


async def gone(processes: list[psutil.Process]) -> bool:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in processes):
            return True
        await asyncio.sleep(0.1)
    return False


def test_stdout_is_the_protocols_alone_and_a_bad_message_is_no_traceback(toy: Toy):
    told = subprocess.run(
        COMMAND,
        input=b"Content-Length: 1\r\n\r\n{",
        capture_output=True,
        cwd=toy.root,
        env=environment(),
        timeout=60,
        check=False,
    )
    assert told.returncode == 1
    assert b"Traceback" not in told.stderr + told.stdout
    assert told.stdout.count(b"Content-Length") == told.stdout.count(b'"jsonrpc"')


def test_without_pygls_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("judge.editor.command.find_spec", lambda _: None)
    result = CliRunner().invoke(main, ["lsp"])
    assert (result.exit_code, result.stdout) == (3, "")
    assert "`judge lsp` needs pygls. Install it with: " in result.stderr


def test_the_command_line_does_without_pygls_until_it_is_needed():
    asked = "import sys, judge.cli; sys.exit(any(name.split('.')[0] == 'pygls' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0


@pytest.mark.more
@pytest.mark.asyncio
async def test_many_saves_leave_no_process_and_no_memory(toy: Toy):
    async with an_editor(toy.root) as editor:
        uri = editor.open("submissions/toy/ada.py", RIGHT)
        await editor.shown(uri)
        for number in range(20):  # until pool and caches have what they keep
            await editor.judged(uri, f"{WRONG}# {number}\n")
        await asyncio.sleep(2)
        processes = len(editor.server.children(recursive=True))
        sizes = [editor.server.memory_info().rss]
        for part in range(ROUNDS):
            for number in range(SAVES // ROUNDS):
                text = RIGHT if number % 2 else WRONG
                found = await editor.judged(uri, f"{text}# {part} {number}\n")
                assert bool(found) == (number % 2 == 0)
            sizes.append(editor.server.memory_info().rss)
        await asyncio.sleep(2)
        assert len(editor.server.children(recursive=True)) <= processes
        assert sizes[-1] - sizes[0] < MOST_GROWTH, sizes
