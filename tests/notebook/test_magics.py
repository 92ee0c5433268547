"""`%judge` and `%%judge` in a kernel that is started for real."""

from pathlib import Path

import pytest
from toys import RIGHT

from notebook.kernels import Notebook, printed, raised, shown

pytestmark = pytest.mark.xdist_group("notebook")  # one kernel is enough
WRONG = RIGHT.replace("2 *", "3 *")
HANGING = RIGHT.replace("    return", "    while True:\n        pass\n    return")


def test_a_right_cell_is_accepted_in_every_form(opened: Notebook):
    cell = opened.run(f"%%judge toy\n{RIGHT}")
    assert [one.output_type for one in cell.outputs if one.output_type != "display_data"][
        -1
    ] == "execute_result"
    number = cell.execution_count
    assert shown(cell).startswith(f"In [{number}]: accepted, score 1.00\n  all 4 cases pass\n")
    assert "unseen     accepted               hidden" in shown(cell)
    assert shown(cell, "text/markdown").startswith("## 1 submission: 1 accepted\n")
    assert "all 4 cases pass" in shown(cell, "text/html")
    assert raised(cell) == ""


def test_what_takes_long_is_said_and_taken_away_again(opened: Notebook):
    cell = opened.run(f"%%judge toy\n{WRONG}# once more\n")
    left = [one.data["text/plain"] for one in cell.outputs if one.output_type == "display_data"]
    assert left in ([], [""])


def test_a_wrong_cell_is_told_with_its_lines_as_the_cell_counts_them(opened: Notebook):
    cell = opened.run(f"\n%%judge toy\n{RIGHT.replace('x).sum()', 'x).total()')}")
    assert f"In [{cell.execution_count}]: runtime_error, score 0.00" in shown(cell)
    assert "7 |     return np.asarray([2 * np.asarray(x).total() + seed], np.float32)" in shown(cell)


def test_a_hanging_cell_is_over_when_its_limit_is(opened: Notebook):
    cell = opened.run(f"%%judge\n{HANGING}")
    assert ": time_limit, score 0.00" in shown(cell)


def test_a_cell_that_can_not_be_read_is_told_so(opened: Notebook):
    cell = opened.run("%%judge toy\ndef step(seed, x:\n    pass")
    assert ": invalid, score 0.00" in shown(cell)


def test_what_is_judged_is_an_object_for_programs(opened: Notebook):
    told = opened.asked(
        f"{WRONG}\nfound = %judge toy",
        "[found.verdict, found.score, found.accepted, found.problem, [c.name for c in found.cases],"
        " [c.expected for c in found.cases if c.visibility == 'hidden'],"
        " [c.error for c in found.result.cases if c.visibility == 'hidden'], found.findings]",
    )
    names = ["plain", "drawn[0]", "drawn[1]", "unseen"]
    assert told == ["wrong_answer", 0.0, False, "toy", names, [None], [None], []]


def test_the_function_of_the_session_is_judged_with_what_it_uses(opened: Notebook):
    opened.run("import numpy as np\nFACTOR = 3")
    opened.run("def total(x):\n    return FACTOR * np.asarray(x).sum()")
    opened.run("class Rounded:\n    def __init__(self, value):\n        self.value = np.float32(value)")
    opened.run("def step(seed, x):\n    return np.asarray([Rounded(total(x) + seed).value])")
    assert ": wrong_answer" in shown(opened.run("%judge toy"))
    opened.run("FACTOR = 2")
    assert ": accepted, score 1.00" in shown(opened.run("%judge toy"))


def test_what_can_not_be_found_is_named_and_nothing_is_judged(opened: Notebook):
    made = opened.run("params = {'w': np.ones(1)}")
    opened.run("def step(seed, x):\n    return params['w'] * 2")
    cell = opened.run("%judge toy")
    assert shown(cell) == ""
    assert raised(cell) == "UsageError"
    assert printed(cell, "stderr") == (
        "UsageError: step can't be judged by itself, so nothing was judged:\n"
        f"- `params` is a value of this session (In [{made.execution_count}], line 1), not code: make it in "
        "the function, or in one that it calls\n"
    )


@pytest.mark.parametrize(
    ("magic", "told"),
    [
        ("%judge toi", "no problem toi in "),
        ("%judge toi", " Did you mean toy? Known: toy.\n"),
        ("%judge --root /nowhere toy", "--root /nowhere: there is no problems/ folder in it\n"),
        ("%judge --rot x", "unrecognized arguments: --rot"),
        ("%%judge toi\npass", " Did you mean toy? Known: toy.\n"),
    ],
)
def test_what_was_asked_wrongly_is_said_in_a_sentence(opened: Notebook, magic: str, told: str):
    cell = opened.run(magic)
    assert raised(cell) == "UsageError"
    assert told in printed(cell, "stderr")
    assert "Traceback" not in printed(cell, "stderr")


def test_quiet_says_nothing_while_it_goes_on(opened: Notebook):
    opened.run(RIGHT)
    cell = opened.run("%judge --quiet toy")
    assert [one.output_type for one in cell.outputs] == ["execute_result"]


def test_help_is_there(opened: Notebook):
    cell = opened.run(
        "get_ipython().run_line_magic('pinfo', '%judge'); print(get_ipython().find_magic('judge').__doc__)"
    )
    assert "::\n\n  %judge [--root DIR] [-q] [problem]\n\nJudge an exercise." in printed(cell)


def test_problems_are_completed(opened: Notebook):
    for text in ("%judge t", "%%judge t"):
        assert "toy" in opened.asked("", f"get_ipython().complete(None, {text!r})[1]")


def test_an_interrupt_ends_waiting_and_the_next_cell_works(opened: Notebook):
    cell = opened.run(f"%%judge toy\n{HANGING}", interrupt_after=0.6)
    assert raised(cell) == "KeyboardInterrupt", printed(cell, "stderr")
    assert shown(cell) == ""
    assert ": accepted, score 1.00" in shown(opened.run(f"%%judge toy\n{RIGHT}"))


HOSTILE = """\
import os, signal, socket
import numpy as np
print("<script>document.title = 1</script><img src=x onerror=alert(1)>\\x1b[31m")
parents = [os.getppid(), {kernel}]
for pid in parents:
    try:
        os.kill(pid, signal.SIGKILL)
    except OSError as error:
        print(type(error).__name__)
try:
    print(open("/proc/{kernel}/environ").read()[:10])
except OSError as error:
    print(type(error).__name__)
try:
    print(get_ipython())
except NameError as error:
    print(type(error).__name__)


def step(seed, x):
    raise ValueError("<b>bold</b></style><script>1</script>")
"""


def test_a_hostile_cell_reaches_nothing_and_its_text_stays_text(opened: Notebook):
    kernel = opened.kernel.pid
    cell = opened.run(f"%%judge toy\n{HOSTILE.format(kernel=kernel)}")
    html = shown(cell, "text/html")
    assert "<script" not in html
    assert "<img" not in html
    assert "<b>" not in html
    assert "&lt;script&gt;" in html
    assert "</style>" in html
    assert html.count("</style>") == 1
    assert opened.asked("", "1 + 1") == 2
    assert opened.kernel.pid == kernel
    assert Path(f"/proc/{kernel}").exists()
    assert ": accepted, score 1.00" in shown(opened.run(f"%%judge toy\n{RIGHT}"))


def test_a_cell_that_fails_as_it_is_run_gets_no_advice_for_files(opened: Notebook):
    cell = opened.run("%%judge toy\n1 / 0\n\n\ndef step(seed, x):\n    pass")
    assert f"--> In [{cell.execution_count}]:2\n" in shown(cell)
    assert "judge-skip" not in shown(cell)
