"""Where a submission is when it has taken long, and that the look does it no harm."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from judge.sandbox.talking.running_line import take
from judge.worker import whereabouts as module
from judge.worker.whereabouts import innermost, whereabouts

HERE = __file__


def line_of(function: Callable[..., object], after: int) -> int:
    return function.__code__.co_firstlineno + after


def nap(seconds: float) -> None:
    time.sleep(seconds)


def told(monkeypatch: pytest.MonkeyPatch, after: float, takes: Callable[[], None]) -> bytes:
    """What is written while this takes its time."""
    reader, writer = os.pipe()
    monkeypatch.setattr(module, "STDERR", writer)
    with whereabouts(after, HERE):
        takes()
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        return stream.read()


def test_it_tells_the_innermost_line_and_only_of_what_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(monkeypatch, 0.05, lambda: nap(0.5)) == b"judge: at line %d\n" % line_of(nap, 1)
    began = time.monotonic()
    assert told(monkeypatch, 30, lambda: nap(0.01)) == b""
    assert time.monotonic() - began < 5


def test_another_threads_line_is_better_than_none() -> None:
    going, done, names = threading.Event(), threading.Event(), dict[str, Any]()
    text = "def beside(going, done):\n    going.set()\n    done.wait(20)\n"
    exec(compile(text, "ada.py", "exec"), names)
    thread = threading.Thread(target=names["beside"], args=(going, done))
    thread.start()
    try:
        going.wait()
        assert innermost(threading.get_ident(), "ada.py") in {2, 3}
        assert innermost(threading.get_ident(), "bob.py") is None
    finally:
        done.set()
        thread.join()


def test_where_c_code_holds_the_lock_a_signal_has_it_told(tmp_path: Path) -> None:
    program = tmp_path / "holds.py"
    program.write_text(
        "from judge.worker.whereabouts import whereabouts\n\nnumber = 7\n"
        "with whereabouts(0.1, __file__):\n    len(str(number ** 3_000_000))\n"
    )
    done = subprocess.run([sys.executable, str(program)], capture_output=True, check=False)
    assert take(bytearray(done.stderr), 0, str(tmp_path)) == 5


TRACES = """
import sys
import time

import jax
import jax.numpy as jnp

from judge.worker import whereabouts as module
from judge.worker.whereabouts import whereabouts

module.PATIENCE = 10_000  # these looks come thousands of times as soon as a worker's


def step(x):
    for k in range(6):
        x = jnp.sin(x * k) @ jnp.cos(x.T + k)
    return x


stop = time.monotonic() + 3
while time.monotonic() < stop:
    with whereabouts(0.0005, step.__code__.co_filename):
        jax.make_jaxpr(step)(jnp.ones((2, 2)))
print("alive")
"""


@pytest.mark.more
def test_a_program_survives_being_looked_at_while_its_stack_changes(tmp_path: Path) -> None:
    program = tmp_path / "traces.py"
    program.write_text(TRACES)
    done = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "alive\n"), done.stderr[-500:]
    assert done.stderr.count("judge: at line ") > 5
