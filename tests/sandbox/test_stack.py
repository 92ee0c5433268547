"""Where a worker was when it had taken long, read out of what it printed."""

import faulthandler
import os
import textwrap
import time
from pathlib import Path

from judge.problem.model import Limits
from judge.sandbox.stack import BEGIN, take, when

FOLDER = "/tmp/scratch"
DUMP = """\
    Timeout (0:00:09)!
    Thread 0x00007f0000000001 (most recent call first):
      File "/usr/lib/python3.11/threading.py", line 982 in run
      File "/tmp/scratch/ada.py", line 3 in beside

    Thread 0x00007f0000000002 (most recent call first):
      File "/usr/lib/python3.11/site-packages/jax/_src/api.py", line 70 in wait
      File "/tmp/scratch/ada.py", line 14 in helper
      File "/tmp/scratch/ada.py", line 20 in step
      File "/opt/worker/serve.py", line 103 in case
"""


def taken(text: str, start: int = 0) -> tuple[int | None, str]:
    stream = bytearray(text.encode())
    return take(stream, start, FOLDER), stream.decode()


def test_the_innermost_line_of_the_main_thread_is_told_and_the_stream_is_left_as_the_learner_wrote_it():
    assert taken("mine\n" + textwrap.dedent(DUMP) + "and mine\n") == (14, "mine\nand mine\n")


def test_another_threads_line_is_better_than_none():
    beside, _, _ = textwrap.dedent(DUMP).partition("\n\n")
    assert taken(beside + "\n")[0] == 3


def test_what_was_cut_off_is_taken_out_as_far_as_it_came():
    cut = textwrap.dedent(DUMP)[:230]
    assert taken(cut)[0] == 3


def test_only_what_came_since_the_question_counts():
    text = textwrap.dedent(DUMP)
    assert taken(text, start=len(text)) == (None, text)


def test_text_that_is_no_stack_stays_and_frames_elsewhere_are_nobodys():
    for text in ("", "Timeout (0:00:09)!\n", 'Thread 0x1 (most\n  File "/tmp/scratch/a.py", line 1 in f\n'):
        assert taken(text) == (None, text)
    assert taken(textwrap.dedent(DUMP).replace("scratch", "elsewhere")) == (None, "")
    assert taken(textwrap.dedent(DUMP).replace("line 14", "line 0").replace("line 20", "line 0"))[0] == 3


def test_it_is_what_this_python_writes():
    reader, writer = os.pipe()
    faulthandler.dump_traceback_later(0.05, file=writer)
    time.sleep(0.3)
    faulthandler.cancel_dump_traceback_later()
    os.close(writer)
    text = bytearray(os.read(reader, 1 << 16))
    os.close(reader)
    assert text.startswith(BEGIN)
    line = take(text, 0, str(Path(__file__).parent))
    assert (line, bytes(text)) == (test_it_is_what_this_python_writes.__code__.co_firstlineno + 3, b"")


def test_the_look_comes_before_two_busy_cores_can_have_used_up_the_cpu_time():
    assert when(Limits(wall_s=20, cpu_s=20)) == when(Limits(wall_s=60, cpu_s=20)) == 9.0
