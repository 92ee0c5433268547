import linecache
import sys
import traceback
from pathlib import Path
from typing import Any

import pytest

from judge.worker.load import MESSAGE_LIMIT, MODULE, Loaded, LoadError, exception_fact, file_name, load

FILE = "/scratch/ada.py"
NAMES = ("seed", "x", "lr")
WRAPPED = """\
import functools

def same(function):
    @functools.wraps(function)
    def inner(*arguments):
        return function(*arguments)
    return inner

@same
def step(seed, x, lr):
    return seed, x, lr
"""


@pytest.fixture(autouse=True)
def _no_traces(monkeypatch: pytest.MonkeyPatch) -> None:
    """What loading leaves behind in this process is taken away again."""
    monkeypatch.delitem(sys.modules, MODULE, raising=False)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(linecache.cache, FILE, raising=False)


def loaded(source: str, folder: str | None = None) -> Loaded:
    return load(source, FILE, "step", NAMES, folder)


def fault(source: str) -> dict[str, Any]:
    with pytest.raises(LoadError) as refused:
        loaded(source)
    fact: dict[str, Any] = refused.value.fact
    assert str(refused.value) == fact["message"]
    return fact


def told(source: str) -> tuple[str, str, int | None]:
    fact = fault(source)
    return fact["kind"], fact["message"], fact["line"]


@pytest.mark.parametrize(
    "source",
    [
        "def step(seed, x, lr):\n    return seed, x, lr",
        "def step(a, b, c):\n    return a, b, c",
        "def step(seed, x, lr, more=3, *, option=None):\n    return seed, x, lr",
        "def step(*args):\n    return args",
        "step = lambda seed, x, lr: (seed, x, lr)",
        "from functools import partial\ndef f(o, a, b, c):\n    return a, b, c\nstep = partial(f, 0)",
        "from functools import partial\ndef f(a, b, c, o):\n    return a, b, c\nstep = partial(f, o=0)",
        "class Step:\n    def __call__(self, a, b, c):\n        return a, b, c\nstep = Step()",
        WRAPPED,
    ],
)
def test_whatever_can_be_called_by_position_is_an_entry_point(source: str) -> None:
    found = loaded(source)
    assert (found.file, found.table, found.by_keyword) == (FILE, {}, ())
    assert found.call is not None
    assert found.call(1, 2, 3) == (1, 2, 3)


@pytest.mark.parametrize("signature", ["*, lr, x, seed", "seed, *, x, lr", "lr, *, seed, x", "**named"])
def test_what_fits_by_keyword_only_is_called_so(signature: str) -> None:
    assert loaded(f"def step({signature}):\n    return None").by_keyword == NAMES


@pytest.mark.parametrize("names", ["x, seed, lr", "seed, lr, x", "lr, x, seed, /"])
def test_the_same_names_in_another_order_are_no_entry_point(names: str) -> None:
    assert told(f"def step({names}):\n    return 0") == (
        "signature",
        "the parameters of `step` are (seed, x, lr), in this order",
        1,
    )


def test_a_wrapper_may_put_the_names_in_order() -> None:
    lines = ["import functools", "def own(x, lr, seed):", "    return seed", "@functools.wraps(own)"]
    found = loaded("\n".join([*lines, "def step(seed, x, lr):", "    return own(x, lr, seed)"]))
    assert found.call is not None
    assert found.call(1, 2, 3) == 1


def test_a_callable_without_a_signature_is_taken_at_its_word() -> None:
    assert loaded("step = max").by_keyword == ()


@pytest.mark.parametrize(
    ("source", "message", "line"),
    [
        ("def step(seed, x:\n    return 0", "this is not Python: '(' was never closed", 1),
        ("x = 1\n  y = 2", "this is not Python: unexpected indent", 2),
        ("\n\nreturn 3", "this is not Python: 'return' outside function", 3),
    ],
)
def test_what_is_no_python_is_told_with_its_line(source: str, message: str, line: int) -> None:
    assert told(source) == ("syntax", message, line)


@pytest.mark.parametrize(
    "source", ["x = '\0'", "x = " + "(" * 9000 + ")" * 9000, "x = " + "-" * 100_000 + "1"]
)
def test_what_the_compiler_gives_up_on_is_no_python_either(source: str) -> None:
    kind, message, _ = told(source)
    assert kind == "syntax"
    assert message.startswith(("this is not Python: ", "this can't be compiled: "))


@pytest.mark.parametrize(
    ("source", "message", "line"),
    [
        ("", "there is no function `step` in this file: it defines no function", None),
        (
            "from os.path import join",
            "there is no function `step` in this file: it defines no function",
            None,
        ),
        (
            "def stpe():\n    pass\nclass Step:\n    pass\nhelp = lambda: 0",
            "there is no function `step` in this file: it defines `stpe`, `help`",
            None,
        ),
        ("import os\nstep = 3", "`step` is not a function: its type is `int`", 2),
        ("step: list = []", "`step` is not a function: its type is `list`", 1),
        ("step = {'a': print}", "`step` is not a function: its type is `dict`", 1),
        ("import math as step", "`step` is not a function: its type is `module`", None),
    ],
)
def test_a_missing_entry_point_is_told_with_what_is_there(
    source: str, message: str, line: int | None
) -> None:
    assert told(source) == ("no-entry-point", message, line)


@pytest.mark.parametrize(
    ("source", "message", "line"),
    [
        (
            "import os\n\ndef step(seed, x):\n    return 0",
            "`step(seed, x)` can't be called as `step(seed, x, lr)`: it lacks `lr`",
            3,
        ),
        (
            "def step(seed, x, lr, s):\n    return 0",
            (
                "`step(seed, x, lr, s)` can't be called as `step(seed, x, lr)`:"
                " nobody gives it `s`, which has no value of its own"
            ),
            1,
        ),
        (
            "def step(a, b):\n    return 0",
            "`step(a, b)` can't be called as `step(seed, x, lr)`: it takes 2 of them, and gets 3",
            1,
        ),
        (
            "def step():\n    return 0",
            "`step()` can't be called as `step(seed, x, lr)`: it lacks `seed`, `x`, `lr`",
            1,
        ),
    ],
)
def test_a_signature_that_does_not_fit_is_told_with_both(source: str, message: str, line: int) -> None:
    assert told(source) == ("signature", message, line)


def test_the_line_is_that_of_the_function_and_not_of_its_wrapper() -> None:
    wrapped = "from functools import wraps\ndef deco(f):\n    return wraps(f)(lambda *a: f(*a))\n"
    assert told(wrapped + "@deco\ndef step(seed):\n    pass")[2] in {4, 5}


@pytest.mark.parametrize(
    ("source", "type_name", "message", "lines"),
    [
        ("x = 1\nraise KeyError('k')", "KeyError", "'k'", [2]),
        ("def f():\n    return 1 / 0\nf()", "ZeroDivisionError", "division by zero", [3, 2]),
        ("import sys\nsys.exit(3)", "SystemExit", "3", [2]),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", "", [1]),
        ("import no_such_module_here", "ModuleNotFoundError", "No module named 'no_such_module_here'", [1]),
        ("import json\njson.loads('{')", "JSONDecodeError", None, [2]),
        ("\nexec('a b')", "SyntaxError", None, [2]),
    ],
)
def test_an_exception_at_import_is_a_fact_with_the_learners_own_lines(
    source: str, type_name: str, message: str | None, lines: list[int]
) -> None:
    fact = fault(source)
    exception = fact["exception"]
    assert (fact["kind"], fact["line"]) == ("import", lines[-1])
    assert (exception["type"], exception["lines"]) == (type_name, lines)
    assert message is None or exception["message"] == message
    assert fact["message"] == f"{type_name} while the file was imported: {exception['message']}"


def test_an_exception_that_cannot_be_told_is_told_so() -> None:
    source = "class E(Exception):\n    def __str__(self):\n        raise SystemExit\nraise E"
    assert fault(source)["exception"]["message"] == "(its message could not be read: SystemExit)"


def test_long_messages_and_deep_recursion_are_cut() -> None:
    fact = fault("def f(n):\n    f(n + 1)\nf(0)")
    assert fact["exception"]["type"] == "RecursionError"
    assert fact["exception"]["lines"] == [2] * 50
    assert len(fault("raise ValueError('x' * 10**6)")["exception"]["message"]) == MESSAGE_LIMIT


def test_an_exception_that_never_came_through_the_file_has_no_lines() -> None:
    with pytest.raises(ValueError, match="invalid literal") as raised:
        int("x")
    assert exception_fact(raised.value, FILE)["lines"] == []


def test_a_module_can_be_found_by_what_looks_itself_up() -> None:
    source = (
        "from dataclasses import dataclass\n@dataclass\nclass P:\n    w: 'float' = 1.0\ndef step(a, b, c):\n"
    )
    found = loaded(source + "    import sys\n    return sys.modules[__name__].P().w, __name__, __file__\n")
    assert found.call is not None
    assert found.call(0, 0, 0) == (1.0, MODULE, FILE)


def test_its_source_is_shown_in_tracebacks_although_there_is_no_file() -> None:
    found = loaded("def step(a, b, c):\n    return 1 / 0  # here\n")
    assert found.call is not None
    with pytest.raises(ZeroDivisionError) as raised:
        found.call(0, 0, 0)
    assert "return 1 / 0  # here" in "".join(traceback.format_exception(raised.value))


def test_futures_of_the_judge_are_not_the_learners() -> None:
    assert loaded("def step(a: print, b, c):\n    return step.__annotations__['a'] is print").call is not None
    found = loaded("from __future__ import annotations\ndef step(a: nothing, b, c): return 1")
    assert found.call is not None


def test_trusted_code_may_have_a_table_of_functions_and_files_beside_it(tmp_path: Path) -> None:
    (tmp_path / "beside_it_all.py").write_text("def one(): return 1\n")
    source = "from beside_it_all import one\nstep = {'one': one}\n"
    found = loaded(source, str(tmp_path))
    assert (found.call, found.table["one"]()) == (None, 1)


def test_the_name_it_is_compiled_under_stays_in_the_scratch_folder() -> None:
    assert file_name("/scratch", "ada.py") == "/scratch/ada.py"
    assert file_name("/scratch", "../../etc/ada.py") == "/scratch/ada.py"
