"""A notebook is read as the file that its code makes: what is one, and what of it is left out."""

import json
from dataclasses import replace
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys import RIGHT, Toy

from judge.cells import Cell
from judge.errors import MissingExtra
from judge.run import notebook
from judge.run.intake import SOURCE_BYTES, Job, read_submission
from judge.run.notebook import NotANotebook, NotebookCode, notebook_code

ENTRY = "def step(seed, x):\n    return x"


def code(source: str | list[str], **fields: Any) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "metadata": {},
        "source": source,
        "outputs": [],
        "execution_count": 1,
    } | fields


def text(source: str = "# A lesson") -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def book(*cells: Any, **fields: Any) -> str:
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": list(cells)} | fields)


def read(*cells: Any) -> NotebookCode:
    return notebook_code(book(*cells), "step")


def left_out(*cells: Any) -> str:
    (note,) = read(*cells).notes
    start = "left out, since only a notebook knows it: "
    assert note.startswith(start)
    return note.removeprefix(start)


def test_code_cells_make_the_file_in_their_order() -> None:
    found = read(text(), code("import jax"), text(), code(["def step(seed, x):\n", "    return x"]))
    assert found.source == "import jax\n\ndef step(seed, x):\n    return x\n"
    assert found.cells == (Cell(number=2, first=1, lines=1), Cell(number=4, first=3, lines=2))
    assert found.notes == ()


def test_outputs_are_not_looked_at() -> None:
    worst = [3, {"output_type": "stream", "text": "'''\n"}]
    assert read(code(ENTRY, outputs=worst, execution_count="x")).source == f"{ENTRY}\n"


def test_cells_with_the_tag_are_left_out_and_others_are_not() -> None:
    skipped = code("1 / 0", metadata={"tags": ["judge-skip", "slow"]})
    assert read(skipped, code(ENTRY, metadata={"tags": ["judge-skipped"]})).source == f"{ENTRY}\n"


@pytest.mark.parametrize(
    "command",
    [
        "%matplotlib inline",
        "!pip install jax",
        "!!ls",
        "?jax.grad",
        "jax.grad?",
        "jax.grad??",
        "files = !ls",
        "a, b = %time f()",
        "%cd ..",
    ],
)
def test_commands_of_ipython_are_left_out_and_told(command: str) -> None:
    found = read(code(f"import jax\n{command}\nx = 1"), code(f"if x:\n    {command}"))
    assert found.source == f"import jax\npass  # {command}\nx = 1\n\nif x:\n    pass  # {command}\n"
    assert found.notes == (
        f"left out, since only a notebook knows it: cell 1, line 2: `{command}`; cell 2, line 2: `{command}`",
    )


def test_a_command_of_several_lines_is_left_out_whole() -> None:
    found = read(code("!pip install \\\n  jax \\\n  flax\nx = 1"))
    assert found.source == "pass  # !pip install \\\n  pass  # jax \\\n  pass  # flax\nx = 1\n"


@pytest.mark.parametrize(
    "source",
    [
        "s = '''\n% no magic\n!no shell\nwhat?\n'''",
        'def f():\n    """Is this\n    !right?\n    """',
        "x = (7\n% 4)",
        "x = 7 \\\n% 4",
        "x = {'a': 1,\n# ) a bracket in a comment\n'b': 2 }\nassert x  # (\ny = 7",
        "s = 'it\\'s'\nt = \"(\"\nu = x != 3",
        "x = '''a''' '''\n%b'''",
        "x = y % z",
        "print(1 if x else 2)  # really?",
    ],
)
def test_what_looks_like_a_command_within_python_is_kept(source: str) -> None:
    found = read(code(source))
    assert found.source == f"{source}\n"
    assert found.notes == ()


def test_a_command_after_texts_and_brackets_is_still_one() -> None:
    source = "s = '''\n(\n'''\nt = ['#', \"'''\",\n  (1)]\n%time x = 1\nu = r'\\'\n!ls"
    assert left_out(code(source)) == "cell 1, line 6: `%time x = 1`; cell 1, line 8: `!ls`"


@pytest.mark.parametrize("magic", ["%%time", "%%capture out", "%%prun -s"])
def test_a_cell_with_a_magic_that_runs_it_is_kept(magic: str) -> None:
    found = read(code(f"\n{magic}\n{ENTRY}"))
    assert found.source == f"\npass  # {magic}\n{ENTRY}\n"
    assert found.notes == (f"left out, since only a notebook knows it: cell 1, line 2: `{magic}`",)


@pytest.mark.parametrize("magic", ["%%bash", "%%writefile step.py", "%%timeit", "%%html", "%%"])
def test_a_cell_of_something_else_is_left_out_whole(magic: str) -> None:
    found = read(code(f"{magic}\necho"), code(ENTRY))
    assert found.source == f"{ENTRY}\n"
    assert found.notes == (f"left out, since only a notebook knows it: cell 1: `{magic}`",)


def test_imports_from_the_future_come_first_whichever_cell_has_them() -> None:
    late = "from __future__ import annotations  # for types"
    again = "from __future__ import division, annotations"
    found = read(code(f"%%judge toy\n{late}\nx = 1"), code(again))
    assert found.source == (
        "from __future__ import annotations, division\n\n"
        f"pass  # %%judge toy\npass  # {late}\nx = 1\n\npass  # {again}\n"
    )
    assert [(cell.first, cell.lines) for cell in found.cells] == [(3, 3), (7, 1)]
    assert found.notes == ()
    compile(found.source, "ada.ipynb", "exec")


@pytest.mark.parametrize(
    "source",
    ["from __future__ import tomorrow", "s = '''\nfrom __future__ import division\n'''"],
    ids=["unknown", "text"],
)
def test_what_python_would_refuse_or_never_sees_is_left_where_it_is(source: str) -> None:
    assert read(code(source)).source == f"{source}\n"


def test_the_magics_of_the_judge_are_no_news() -> None:
    found = read(code("%load_ext judge"), code(f"%%judge toy\n{ENTRY}"), code("%judge toy"))
    assert found.source == (
        f"pass  # %load_ext judge\n\npass  # %%judge toy\n{ENTRY}\n\npass  # %judge toy\n"
    )
    assert found.notes == ()


def test_only_the_first_few_that_are_left_out_are_told_each_and_long_ones_are_cut() -> None:
    commands = "\n".join(f"!echo {'x' * 100}" for _ in range(5))
    told = left_out(code(commands))
    assert told.endswith("; and 2 more")
    assert told.count("`!echo xxxx") == 3
    assert len(told) < 300


@pytest.mark.parametrize(
    ("cells", "note"),
    [
        ((ENTRY, ENTRY), "step is defined in cell 1, line 1 and in cell 2, line 1: the last one counts"),
        (
            (ENTRY, "x = 1", "step = jax.jit(step)", "step: object = 3"),
            "step is defined in cell 1, line 1; cell 3, line 1 and in cell 4, line 1: the last one counts",
        ),
    ],
)
def test_several_definitions_are_told(cells: tuple[str, ...], note: str) -> None:
    assert read(*map(code, cells)).notes == (note,)


@pytest.mark.parametrize(
    "source", ["step == 3", "def steps(): ...", "class A:\n    def step(self): ...", "x.step = 1"]
)
def test_what_is_no_other_definition_is_not_told(source: str) -> None:
    assert read(code(ENTRY), code(source)).notes == ()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("", "the notebook can't be read, since it is no JSON: Expecting value: line 1 column 1 (char 0)"),
        ('{"cells": [', "the notebook can't be read, since it is no JSON: "),
        ("[" * 100_000, "the notebook can't be read, since it is no JSON"),
        ("9" * 5000, "the notebook can't be read, since it is no JSON: Exceeds the limit"),
        ("3", "this is JSON, but no notebook: it doesn't say its nbformat and nbformat_minor"),
        ("{}", "this is JSON, but no notebook"),
        (book(nbformat="4"), "this is JSON, but no notebook"),
        (book(nbformat=3), "the notebook has the format 3, not 4"),
        (book(cells=3), "this is no notebook of format 4: cells: 3 is not of type 'array'"),
        (book(code(3)), "this is no notebook of format 4: cell 1, source: "),
        (book(text(), code("x", metadata=3)), "this is no notebook of format 4: cell 2, metadata: 3"),
        (book(code(ENTRY, cell_type="poem")), "this is no notebook of format 4: "),
        (book(3), "this is no notebook of format 4: "),
        (book(metadata=None), "this is no notebook of format 4: metadata: None is not of type 'object'"),
        (
            f'{{"nbformat": 4, "nbformat_minor": 4, "metadata": {{}}, "cells": {"[" * 900}{"]" * 900}}}',
            "this is no notebook of format 4: ",
        ),
        (book(code(["x", 3])), "this is no notebook of format 4: cell 1, source: "),
    ],
)  # fmt: skip
def test_what_is_no_notebook_is_told_with_the_place_and_what_to_do(data: str, told: str) -> None:
    with pytest.raises(NotANotebook) as refusal:
        notebook_code(data, "step")
    assert str(refusal.value).startswith(told)
    assert str(refusal.value).endswith("; open it in Jupyter and save it anew")
    assert len(str(refusal.value)) < 400


@pytest.mark.parametrize("cells", [(), (text(),), (code(""), code(" \n")), (code("%%bash\nls"),)])
def test_a_notebook_without_code_is_told(cells: tuple[Any, ...]) -> None:
    with pytest.raises(NotANotebook, match=r"no code that can be judged: .* without the tag judge-skip"):
        read(*cells)


def test_half_a_character_is_told_with_its_place() -> None:
    with pytest.raises(NotANotebook, match=r"^cell 2, line 2 has half of a character"):
        read(code("x = 1"), code("y = 2\nz = '\ud83d'"))


def test_notebooks_of_other_minor_versions_are_read() -> None:
    for minor in (0, 5, 99):
        cell = code(ENTRY, **({"id": "a-1"} if minor == 5 else {}), own="field")
        assert notebook_code(book(cell, nbformat_minor=minor, further=1), "step").source == f"{ENTRY}\n"


@given(
    st.lists(
        st.lists(st.sampled_from(["x = 1", "", "%magic", "'''", "(", ")", "\\", "# (", "!ls \\"])), max_size=4
    )
)
def test_every_line_of_a_cell_is_found_where_the_cells_say(sources: list[list[str]]) -> None:
    try:
        found = read(*(code("\n".join(lines)) for lines in sources), code("end = 1"))
    except NotANotebook:
        return
    lines = found.source.split("\n")
    for cell in found.cells:
        kept = (sources[cell.number - 1] if cell.number <= len(sources) else ["end = 1"]) or [""]
        shown = lines[cell.first - 1 : cell.first - 1 + cell.lines]
        assert len(shown) == len("\n".join(kept).split("\n"))
        assert all(
            one.lstrip() in {two.lstrip(), f"pass  # {two.strip()}"}
            for one, two in zip(shown, "\n".join(kept).split("\n"), strict=True)
        )


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(name="ada.ipynb", problem=Toy.make(tmp_path).load())


def test_a_submission_of_this_name_is_read_as_a_notebook(job: Job) -> None:
    data = b"\xef\xbb\xbf" + book(code(RIGHT)).encode()
    submission, fault = read_submission(replace(job, source=data))
    assert (submission.data, submission.source, fault) == (data, f"{RIGHT}\n", None)
    assert submission.cells == (Cell(number=1, first=1, lines=RIGHT.count("\n") + 1),)


def test_standard_input_is_a_notebook_where_it_looks_like_one(job: Job) -> None:
    piped = replace(job, name="-", source=book(code(ENTRY)).encode())
    assert read_submission(piped)[0].source == f"{ENTRY}\n"
    assert read_submission(replace(piped, source=b"{'nbformat'}"))[0].source == "{'nbformat'}"


def test_a_file_of_another_name_is_none(job: Job) -> None:
    data = book(code(ENTRY))
    assert read_submission(replace(job, name="ada.py", source=data.encode()))[0].source == data


def test_a_notebook_that_is_none_can_not_be_run(job: Job) -> None:
    submission, fault = read_submission(replace(job, source=b"{"))
    assert submission.source is None
    assert fault is not None
    assert (fault.kind, fault.line) == ("notebook", None)


def test_code_that_is_too_large_is_refused_and_outputs_may_be_larger(job: Job) -> None:
    picture = [{"output_type": "display_data", "data": {"image/png": "A" * SOURCE_BYTES}, "metadata": {}}]
    assert read_submission(replace(job, source=book(code(ENTRY, outputs=picture)).encode()))[1] is None
    _, fault = read_submission(replace(job, source=book(code("#" * SOURCE_BYTES)).encode()))
    assert fault is not None
    assert fault.message == "the code of the notebook is larger than 1024 KiB"


def test_a_notebook_that_is_too_large_is_refused(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("judge.run.intake.NOTEBOOK_BYTES", 1 << 11)
    _, fault = read_submission(replace(job, source=b" " * 2049))
    assert fault is not None
    assert fault.message == "the file is larger than 2 KiB; clear the notebook's outputs"


def test_what_reads_notebooks_is_an_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    def find_spec(name: str) -> ModuleSpec | None:
        return None if name == "nbformat" else ModuleSpec(name, None)

    monkeypatch.setattr(notebook, "find_spec", find_spec)
    with pytest.raises(MissingExtra, match=r"^notebooks need nbformat\. Install it with: "):
        read(code(ENTRY))


@pytest.mark.parametrize(
    "source",
    [
        " " * 500_000 + "x",
        "a " * 250_000 + "!",
        "(" * 500_000,
        "'" * 400_000,
        "\\\n" * 200_000,
        f"{ENTRY}\n" * 20_000,
        "!ls\n" * 100_000,
    ],
    ids=["blanks", "words", "brackets", "quotes", "continued", "definitions", "commands"],
)
def test_odd_texts_of_half_a_megabyte_are_read_like_others(source: str) -> None:
    found = read(code(source), code("end = 1"))
    assert found.source.endswith("\n\nend = 1\n")
    assert all(len(note) < 500 for note in found.notes)


@pytest.mark.parametrize(
    "cell",
    [
        code(["x = 1\n"] * 100_000),
        text() | {"attachments": {f"{number}.png": {"image/png": ["A"] * 9} for number in range(9_000)}},
        text() | {"metadata": {str(number): {"deep": [[]] * 9} for number in range(9_000)}},
    ],
    ids=["source", "attachments", "metadata"],
)
def test_what_is_not_judged_by_is_not_looked_at(cell: dict[str, Any]) -> None:
    assert read(cell, code(ENTRY)).source.endswith(f"{ENTRY}\n")


def test_more_than_anybody_writes_is_refused() -> None:
    with pytest.raises(NotANotebook, match=r"^the notebook has 2001 cells, and may have 2000$"):
        read(*(text() for _ in range(2001)))
    with pytest.raises(NotANotebook, match=r"^the code of the notebook is larger than 1024 KiB$"):
        read(*(code("#" * 1000) for _ in range(1100)))
