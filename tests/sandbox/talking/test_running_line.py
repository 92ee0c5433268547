"""Where a worker was when it had taken long, read out of what it printed."""

import faulthandler
import os
from pathlib import Path

import pytest

from judge.problem.model import Limits
from judge.sandbox.talking.running_line import take, when
from judge.worker.whereabouts import SENTENCE

FOLDER = "/tmp/scratch"
DUMP = """\
Stack (most recent call first):
  File "/usr/lib/python3.11/site-packages/jax/_src/api.py", line 70 in wait
  File "/tmp/scratch/ada.py", line 14 in helper
  File "/tmp/scratch/ada.py", line 20 in step
  File "/opt/worker/serve.py", line 103 in case
"""


def taken(text: str, start: int = 0) -> tuple[int | None, str]:
    stream = bytearray(text.encode())
    return take(stream, start, FOLDER), stream.decode()


def test_the_line_is_told_and_the_stream_is_left_as_the_learner_wrote_it():
    assert taken("mine, " + SENTENCE % 14 + "and mine\n") == (14, "mine, and mine\n")


def test_the_innermost_line_of_the_submission_is_told_of_a_dump():
    assert taken("mine\n" + DUMP + "and mine\n") == (14, "mine\nand mine\n")
    assert taken(DUMP.replace("line 14", "line 0")) == (20, "")
    assert taken(DUMP.replace("scratch", "elsewhere")) == (None, "")


def test_it_is_what_this_python_writes():
    reader, writer = os.pipe()
    faulthandler.dump_traceback(file=writer, all_threads=False)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        text = bytearray(stream.read())
    line = take(text, 0, str(Path(__file__).parent))
    assert (line, bytes(text)) == (test_it_is_what_this_python_writes.__code__.co_firstlineno + 2, b"")


def test_only_what_came_since_the_question_counts():
    text = SENTENCE % 3
    assert taken(text, start=len(text)) == (None, text)


@pytest.mark.parametrize("text", ["", "judge: at line 0\n", "judge: at line 12345678\n", (SENTENCE % 3)[:-1]])
def test_text_that_is_no_line_stays(text: str):
    assert taken(text) == (None, text)


def test_the_look_comes_before_two_busy_cores_can_have_used_up_the_cpu_time():
    assert when(Limits(wall_s=20, cpu_s=20)) == when(Limits(wall_s=60, cpu_s=20)) == 9.0
