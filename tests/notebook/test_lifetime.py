"""Workers end with the interpreter that judges, however it ends, and not with another one."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from toys import RIGHT, Toy

from notebook.kernels import left, notebook, shown

JUDGES = """\
import os, sys, judge
RIGHT = {source!r}
print(judge.judge(RIGHT, root={root!r}).verdict, flush=True)
{then}
"""
RUNS_ON = RIGHT.replace("    return", "    while True:\n        pass\n    return")
WAITS = f"""\
import threading, time
def waits():
    judge.judge({RUNS_ON!r}, root={{root!r}})
threading.Thread(target=waits, daemon=True).start()
time.sleep(0.5)
"""
FORKS = """\
child = os.fork()
if not child:
    print(judge.judge(RIGHT, root={root!r}).verdict, flush=True)
    sys.exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
print(judge.judge(RIGHT, root={root!r}).verdict, flush=True)
"""


def begin(toy: Toy, then: str) -> subprocess.Popen[str]:
    """A Python that judges a right text, says so, and goes on."""
    root = str(toy.root)
    text = JUDGES.format(source=RIGHT, root=root, then=then.replace("{root!r}", repr(root)))
    return subprocess.Popen(
        [sys.executable, "-c", text], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def helpers(judge: subprocess.Popen[str]) -> list[psutil.Process]:
    """All processes that hang on it, once it has judged."""
    assert judge.stdout is not None
    assert judge.stdout.readline() == "accepted\n"
    found = psutil.Process(judge.pid).children(recursive=True)
    assert found
    return found


def test_a_script_ends_and_says_nothing(toy: Toy):
    judge = begin(toy, "")
    out, said = judge.communicate(timeout=60)
    assert (judge.returncode, out, said) == (0, "accepted\n", "")


@pytest.mark.more
def test_a_script_that_is_killed_leaves_nothing(toy: Toy):
    judge = begin(toy, "import time; time.sleep(60)")
    workers = helpers(judge)
    judge.kill()
    judge.communicate()
    assert left(workers) == []


@pytest.mark.more
def test_a_thread_that_still_waits_keeps_nobody_from_ending(toy: Toy):
    judge = begin(toy, WAITS)
    workers = helpers(judge)
    began = time.monotonic()
    judge.communicate(timeout=60)
    assert judge.returncode == 0
    assert left(workers) == []
    assert time.monotonic() - began < 20


@pytest.mark.more
def test_a_fork_judges_for_itself_and_ends_nothing_of_its_parent(toy: Toy):
    out, said = begin(toy, FORKS).communicate(timeout=120)
    assert out == "accepted\naccepted\n7\naccepted\n", said


@pytest.mark.more
@pytest.mark.parametrize("end", ["shutdown", "kill"])
def test_a_kernel_that_ends_leaves_nothing(
    toy: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str
):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    with notebook(toy.root) as one:
        one.run("%load_ext judge")
        assert ": accepted" in shown(one.run(f"%%judge\n{RIGHT}"))
        everything = one.processes()
        assert len(everything) > 1
        if end == "kill":
            os.kill(one.kernel.pid, signal.SIGKILL)
    assert left(everything) == []
