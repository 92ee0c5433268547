"""A function of a session is put together with all that it uses, and with nothing that was guessed."""

import sys
from pathlib import Path
from types import ModuleType

import pytest

from judge.cells import line_name
from judge.errors import UsageError
from notebook.session.sessions import Session

DEFINE = "define it in a cell"
NOT_CODE = "not code: make it in the function, or in one that it calls"


def test_a_function_comes_with_imports_constants_functions_and_classes_of_other_cells():
    session = Session(
        "import math, json as j\nfrom collections import OrderedDict as Ordered\nimport os",
        "SCALE = 2 ** 4  # by computing\nUNUSED = 1",
        "class Held:\n    def __init__(self, value):\n        self.value = twice(value)",
        "def twice(value):\n    return 2 * value",
        "def step(x):\n    # a comment stays\n    return math.floor(Held(x).value) + SCALE + len(Ordered(a=1))",  # noqa: E501 -- a cell
    )
    assert session.source() == (
        "import math\n"
        "from collections import OrderedDict as Ordered\n"
        "SCALE = 16\n\n\n"
        "def step(x):\n"
        "    # a comment stays\n"
        "    return math.floor(Held(x).value) + SCALE + len(Ordered(a=1))\n\n\n"
        "class Held:\n"
        "    def __init__(self, value):\n"
        "        self.value = twice(value)\n\n\n"
        "def twice(value):\n"
        "    return 2 * value\n"
    )
    assert session.gives(3.5) == 7 + 16 + 1


def test_lines_are_told_as_their_cells_count_them():
    session = Session(
        "\n\n%matplotlib inline\nimport math\n!ls\nSCALE = 3",
        "x = 1\n\n\ndef helper():\n    return SCALE\n\n\ny = 2",
        "@staticmethod\ndef step():\n    return math.pi * helper()",
    )
    program = session.program()
    lines = program.source.split("\n")
    told = {text: line_name(number, program.cells) for number, text in enumerate(lines, 1) if text}
    assert told == {
        "import math": "In [1], line 4",
        "SCALE = 3": "In [1], line 6",
        "@staticmethod": "In [3], line 1",
        "def step():": "In [3], line 2",
        "    return math.pi * helper()": "In [3], line 3",
        "def helper():": "In [2], line 4",
        "    return SCALE": "In [2], line 5",
    }


def test_what_is_used_while_something_is_defined_goes_before_it():
    session = Session(
        "def step(x, factor=3):\n    return scaled(x)",
        "LIMIT = 5\ndef log(f):\n    return wrap(f)",
        "import functools\ndef wrap(f):\n    @functools.wraps(f)\n    def inner(*a):\n        return f(*a)\n    return inner",  # noqa: E501 -- a cell
        "class Base:\n    pass\n@log\ndef scaled(x, most=LIMIT) -> Base:\n    return min(2 * x, most)",
    )
    assert session.gives(1) == 2
    assert session.gives(9) == 5


def test_the_newest_text_of_each_name_counts():
    session = Session("A = 1\ndef helper():\n    return A", "def step():\n    return helper()")
    session.run("def helper():\n    return 10 * A")
    session.run("A = 2")
    assert session.gives() == 20


def test_a_cell_that_failed_counts_as_far_as_it_ran():
    session = Session("def step():\n    return 1", "1 / 0\ndef step():\n    return 2")
    assert session.gives() == 1
    session.run("def step():\n    return 3\n1 / 0")
    assert session.gives() == 3


def test_constants_are_taken_as_they_stand():
    session = Session(
        "CONFIG = {'rate': 0.5, 'sizes': [1, (2,)], 'none': None}\nBIG = float('inf')",
        "CONFIG['rate'] = 0.25\nfor COUNT in range(4):\n    pass",
        "def step():\n    return CONFIG, BIG, COUNT",
    )
    assert session.gives() == ({"rate": 0.25, "sizes": [1, (2,)], "none": None}, float("inf"), 3)


def test_names_of_what_modules_have_are_taken_as_they_are_written():
    session = Session(
        "import math\nroot = math.sqrt\nm = math",
        "def helper():\n    return 4",
        "other = helper\ndef step():\n    return root(other()) + m.floor(0.5)",
    )
    assert session.gives() == 2
    assert "root = math.sqrt\n" in session.source()
    assert "import math as m\n" in session.source()


def test_a_module_that_is_imported_in_parts_keeps_all_of_them():
    session = Session("import os", "import os.path", "def step():\n    return os.path.sep")
    assert session.source().startswith("import os\nimport os.path\n")


def test_what_was_imported_from_the_future_stays_so():
    session = Session("from __future__ import annotations", "def step(x: Missing):\n    return x")
    assert session.source().startswith("from __future__ import annotations\n\n\ndef step")
    assert session.gives(3) == 3


def test_a_definition_within_a_condition_is_moved_to_the_margin():
    session = Session("if True:\n    def step(x):\n        return [\n            x]\nelse:\n    pass")
    assert session.source() == "def step(x):\n    return [\n        x]\n"


def test_what_the_session_has_not_fails_when_it_is_run_as_there():
    assert Session("def step():\n    return nowhere").source() == "def step():\n    return nowhere\n"


def test_a_name_that_is_only_a_function_s_own_needs_nothing():
    session = Session(
        "x = object()", "def step(x):\n    def inner(y=1):\n        return x + y\n    return inner()"
    )
    assert session.gives(1) == 2


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (["params = [object()]", "def step():\n    return params"],
         [f"`params` is a value of this session (In [1], line 1), {NOT_CODE}"]),
        (["def made():\n    return 1", "step = lambda: made()"],
         [f"`step` is a value of this session (In [2], line 1), {NOT_CODE}"]),
        (["with open('/dev/null') as file:\n    pass", "def step():\n    return file"],
         [f"`file` is a value of this session (In [1], line 1), {NOT_CODE}"]),
        (["from os.path import *", "def step():\n    return join('a', 'b')"],
         ["`join` came by `from os.path import *`: import it by its name"]),
        (["def step():\n    !ls\n    return 1"],
         ["`get_ipython` is there in a notebook only: leave it out"]),
        (["def step():\n    display(1)"], ["`display` is there in a notebook only: leave it out"]),
        (["exec('def f():\\n    return 1')", "def step():\n    return f()"],
         [f"`f` was defined in no cell of this session, so that there is no code for it: {DEFINE}"]),
        (["class Model:\n    pass\nModel.size = 3", "def step():\n    return Model.size"],
         ["`Model` was changed after it was defined (In [1], line 3): put that where it is defined"]),
        (["N = 1", "def step(n=N):\n    return n", "N = 2"],
         ["`step` was made with an earlier `N` than the one of In [3], line 1: run In [2] again"]),
        (["N = 1", "def step(n=N):\n    return n", "N += 1"],
         ["`step` was made with an earlier `N` than the one of In [3], line 1: run In [2] again"]),
        (["a, b = object(), object()", "def step():\n    return a, b"],
         [f"`a` is a value of this session (In [1], line 1), {NOT_CODE}",
          f"`b` is a value of this session (In [1], line 1), {NOT_CODE}"]),
    ],
)  # fmt: skip
def test_what_can_not_be_found_is_named(cells: list[str], told: list[str]):
    assert Session(*cells).missing() == told


def test_what_was_run_again_unchanged_is_the_same():
    helper = "class Base:\n    size = 2"
    session = Session(helper, "class step(Base):\n    pass", helper)
    assert session.missing() == []
    session.run(helper.replace("2", "3"))
    assert session.missing() == [
        "`step` was made with an earlier `Base` than the one of In [4], line 1: run In [2] again"
    ]


def test_a_decorator_that_leaves_no_trace_is_believed():
    session = Session("def made(f):\n    return 3", "@made\ndef step():\n    return 1")
    assert "@made\ndef step():\n    return 1\n" in session.source()


def test_a_class_whose_methods_others_made_is_taken_as_it_is_written():
    session = Session(
        "from dataclasses import dataclass\nfrom typing import NamedTuple",
        "@dataclass\nclass Pair:\n    a: int\n    b: int = 2\nclass Named(NamedTuple):\n    c: int",
        "def step():\n    return Pair(1).b + Named(3).c",
    )
    assert session.gives() == 5


def test_a_module_beside_the_notebook_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own_helpers.py").write_text("def f():\n    return 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    session = Session(
        "import own_helpers\nfrom own_helpers import f", "def step():\n    return own_helpers.f() + f()"
    )
    advice = "is a file of yours, and a submission is one file: define what you need of it in a cell"
    assert session.missing() == [
        "`own_helpers` " + advice,
        f"`f` comes from own_helpers, which is a file of yours, and a submission is one file: {DEFINE}",
    ]
    monkeypatch.delitem(sys.modules, "own_helpers")


def test_a_module_that_nobody_can_import_is_named():
    session = Session("def step():\n    return made.x")
    session.names["made"] = ModuleType("made_here")
    assert session.missing() == [
        "`made` is a module that can't be imported by its name: import what you need of it"
    ]


def test_without_the_function_the_nearest_name_is_told():
    with pytest.raises(
        UsageError,
        match=r"this session has no step: run the cell that defines it first\. Did you mean stop\?",
    ):
        Session("def stop():\n    pass").source()


def test_empty_lines_around_a_cell_change_nothing():
    session = Session("\n\nx = 1\n\n\ndef step():\n    return '\x0c'\n\n\n\n")
    assert session.gives() == "\x0c"


def test_a_name_that_was_given_to_something_else_unseen_is_named():
    session = Session("def step():\n    return 1", "exec('def step():\\n    return 2')")
    assert session.missing() == [
        "`step` is something else now than In [1], line 1 made it: run that cell again"
    ]


def test_text_that_python_can_not_read_bound_nothing():
    assert Session("def (", "def step():\n    return 1").gives() == 1
