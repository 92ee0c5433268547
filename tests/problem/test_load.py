import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from judge.errors import ProblemError
from judge.problem.load import extra_cases_problem, find_problems, load_cases_file, load_problem
from judge.problem.model import CaseTemplate, Problem, Recipe
from problem.demo import DEMO, Demo

EXTRA = """\
problem: demo
cases:
  - name: further
    seed: 1
    lr: 0.1
    loss_scale: 8
    steps: 1
    shapes: {x: [1, 1], y: [1, 1], pair.a: [1]}
    data: {x: {normal: {}}, y: {normal: {}}, pair.a: {choice: [0]}, pair.b.0: {normal: {}}}
"""


def faults_of(read: Callable[[], object]) -> list[str]:
    with pytest.raises(ProblemError) as caught:
        read()
    return [str(fault) for fault in caught.value.faults]


def test_problems_are_the_folders_with_a_problem_file(tmp_path: Path):
    for name in ("b", "a", ".hidden", "_draft"):
        (tmp_path / "problems" / name).mkdir(parents=True)
        (tmp_path / "problems" / name / "problem.yaml").touch()
    (tmp_path / "problems" / "empty").mkdir()
    (tmp_path / "problems" / "README.md").touch()
    assert find_problems(tmp_path) == (tmp_path / "problems" / "a", tmp_path / "problems" / "b")


def test_a_root_without_problems_has_none(tmp_path: Path):
    assert find_problems(tmp_path) == ()
    (tmp_path / "problems").touch()
    assert find_problems(tmp_path) == ()


def test_a_folder_of_problems_that_cannot_be_read_is_a_fault(tmp_path: Path):
    (tmp_path / "problems").symlink_to("problems")
    assert faults_of(lambda: find_problems(tmp_path)) == [
        "problems: can't be read: Too many levels of symbolic links"
    ]


def test_files_that_are_missing_are_faults_next_to_those_in_the_file(demo: Demo):
    for file in demo.root.rglob("*.*"):
        file.unlink()
    demo.file.write_text(DEMO.replace("points: 20", "points: 0"))
    assert faults_of(demo.load) == [
        "problems/demo/problem.yaml:4: points: must be from 1 to 1000000, not 0",
        "problems/demo/statement.md: is missing: the lesson and the task, in Markdown",
        "problems/demo/starter.py: is missing: what a learner starts from",
        "reference/demo/reference.py: is missing: the solution that expected values are made with",
    ]


def test_a_file_that_is_no_yaml_does_not_hide_the_files_that_are_missing(demo: Demo):
    (demo.folder / "starter.py").unlink()
    demo.file.write_text("a: [")
    assert faults_of(demo.load) == [
        "problems/demo/problem.yaml:2: isn't valid YAML: did not find expected node content",
        "problems/demo/starter.py: is missing: what a learner starts from",
    ]


def test_a_folder_without_problem_file_says_so(tmp_path: Path):
    (tmp_path / "problems" / "demo").mkdir(parents=True)
    assert faults_of(lambda: load_problem(tmp_path, tmp_path / "problems" / "demo"))[0] == (
        "problems/demo/problem.yaml: is missing"
    )


def test_faults_of_yaml_and_of_the_schema_come_together(demo: Demo):
    text = (
        DEMO.replace("points: 20", "points: &p 20")
        .replace("lr: 1e-3", "lr: *p")
        .replace("seed: 7", "seed: -7")
    )
    assert demo.faults(text=text) == [
        "4: points: anchors (&p) aren't allowed: write the value out",
        "21: cases[0].seed: must be from 0 to 2147483647, not -7",
        "22: cases[0].lr: aliases (*p) aren't allowed: write the value out",
    ]


def test_extra_cases_are_hidden_unless_they_say_otherwise(demo: Demo, tmp_path: Path):
    file = tmp_path / "extra.yaml"
    file.write_text(
        EXTRA + EXTRA[EXTRA.index("  -") :].replace("further", "open") + "    visibility: public\n"
    )
    normal, label = Recipe(kind="normal", values=(1.0,)), Recipe(kind="choice", values=(0.0,))
    case = CaseTemplate(
        name="further",
        arguments={"seed": 1.0, "lr": 0.1, "loss_scale": 8.0, "steps": 1},
        shapes={"x": (1, 1), "y": (1, 1), "pair.a": (1,), "pair.b.0": ()},
        data={"x": normal, "y": normal, "pair.a": label, "pair.b.0": normal},
        visibility="hidden",
        line=3,
    )
    further, public = load_cases_file(file, demo.load())
    assert further == case
    assert (public.name, public.visibility) == ("open", "public")
    assert extra_cases_problem(file) == "demo"


@pytest.mark.parametrize(
    ("old", "new", "faults"),
    [
        ("name: further", "name: drawn", ["extra.yaml:3: cases[0].name: `drawn` is a case of demo already"]),
        (
            "problem: demo",
            "problem: dmeo",
            ["extra.yaml:1: problem: is unknown: 'dmeo'; did you mean `demo`?"],
        ),
        ("problem: demo\n", "", ["extra.yaml:1: problem: is missing"]),
        (
            "problem: demo\n",
            "problem: demo\nid: demo\n",
            ["extra.yaml:2: id: is an unknown key; known here: problem, cases"],
        ),
        (
            "seed: 1\n    lr: 0.1",
            "seed: 1.5\n    lr: .nan",
            [
                "extra.yaml:4: cases[0].seed: must be a whole number, not 1.5",
                "extra.yaml:5: cases[0].lr: must be a finite number, not nan",
            ],
        ),
        (EXTRA, "problem: demo\n", ["extra.yaml:1: cases: is missing"]),
        (EXTRA, "problem: demo\ncases: []\n", ["extra.yaml:2: cases: needs at least 1 item"]),
        (EXTRA, "3\n", ["extra.yaml:1: must be a mapping (`key: value` lines), not 3"]),
    ],
)
def test_each_fault_of_extra_cases_is_named_at_its_line(demo: Demo, old: str, new: str, faults: list[str]):
    problem = demo.load()
    file = demo.root / "extra.yaml"
    file.write_text(EXTRA.replace(old, new))
    assert faults_of(lambda: load_cases_file(file, problem)) == faults


def test_extra_cases_from_elsewhere_are_named_as_given(demo: Demo, tmp_path_factory: pytest.TempPathFactory):
    file = tmp_path_factory.mktemp("elsewhere") / "extra.yaml"
    problem = demo.load()
    assert faults_of(lambda: load_cases_file(file, problem)) == [f"{file}: is missing"]
    assert faults_of(lambda: extra_cases_problem(file)) == [f"{file}: is missing"]


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("cases: 3", ["1: problem: is missing"]),
        ("problem: [a]", ["1: problem: must be text, not a list"]),
        ("problem: a b", ["1: problem: must be made of letters, digits, - and _, not 'a b'"]),
        ("[]", ["1: must be a mapping (`key: value` lines), not a list"]),
        ("{", ["2: isn't valid YAML: did not find expected node content"]),
    ],
)
def test_a_file_that_does_not_say_its_problem_is_refused(tmp_path: Path, text: str, faults: list[str]):
    file = tmp_path / "extra.yaml"
    file.write_text(text)
    assert [
        fault.removeprefix(f"{file}:") for fault in faults_of(lambda: extra_cases_problem(file))
    ] == faults


def test_the_problem_of_extra_cases_is_found_whatever_is_wrong_with_the_cases(tmp_path: Path):
    file = tmp_path / "extra.yaml"
    file.write_text("problem: demo\ncases: [&a 3, *a]\n")
    assert extra_cases_problem(file) == "demo"


# Totality: whatever the file says, it gives a problem, or faults that each name the file.

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
WORDS = st.sampled_from(sorted({word.strip("{}[],:-") for word in DEMO.split()} - {""}))
PLAIN = st.recursive(
    SCALARS | WORDS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
FUZZ = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def check_is_total(demo: Demo, content: bytes) -> None:
    demo.file.write_bytes(content)
    try:
        found: Problem | ProblemError = demo.load()
    except ProblemError as error:
        found = error
    if isinstance(found, ProblemError):
        assert found.faults
        assert all(fault.path == "problems/demo/problem.yaml" for fault in found.faults)
        assert all(str(fault).isprintable() for fault in found.faults)
        assert list(found.faults) == sorted(found.faults, key=lambda fault: fault.line)
    else:
        assert found.cases


@FUZZ
@given(content=st.binary())
def test_any_bytes_give_faults_and_never_a_traceback(demo: Demo, content: bytes):
    check_is_total(demo, content)


@FUZZ
@given(content=st.text())
def test_any_text_gives_faults_and_never_a_traceback(demo: Demo, content: str):
    check_is_total(demo, content.encode("utf-8", "surrogatepass"))


@FUZZ
@given(data=PLAIN)
def test_any_plain_data_gives_faults_and_never_a_traceback(demo: Demo, data: Any):
    check_is_total(demo, yaml.safe_dump(data, allow_unicode=True).encode("utf-8", "surrogatepass"))


def places(value: Any) -> list[tuple[str | int, ...]]:
    """Every place in a value, the root first."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(), *((key, *rest) for key, item in inner for rest in places(item))]


def changed(value: Any, place: tuple[str | int, ...], new: Any) -> Any:
    if not place:
        return new
    copy = value.copy()
    copy[place[0]] = changed(value[place[0]], place[1:], new)
    return copy


VALID = yaml.safe_load(DEMO.replace("1e-3", "0.001"))


@pytest.mark.more
@settings(FUZZ, max_examples=300)
@given(changes=st.lists(st.tuples(st.sampled_from(places(VALID)), PLAIN), min_size=1, max_size=3))
def test_any_change_of_a_valid_file_gives_a_problem_or_faults(demo: Demo, changes: list[Any]):
    data = VALID
    for place, new in changes:
        data = changed(data, place, new) if place in places(data) else data
    check_is_total(demo, yaml.safe_dump(data, allow_unicode=True).encode("utf-8", "surrogatepass"))


@FUZZ
@given(
    place=st.sampled_from([place for place in places(VALID) if place and isinstance(place[-1], str)]),
    name=st.text(max_size=12),
)
def test_any_key_renamed_gives_a_problem_or_faults(demo: Demo, place: tuple[Any, ...], name: str):
    def renamed(value: Any, rest: tuple[Any, ...]) -> Any:
        if len(rest) == 1:
            return {(name if key == rest[0] else key): item for key, item in value.items()}
        return changed(value, rest[:1], renamed(value[rest[0]], rest[1:]))

    check_is_total(
        demo, yaml.safe_dump(renamed(VALID, place), allow_unicode=True).encode("utf-8", "surrogatepass")
    )


@FUZZ
@given(
    start=st.integers(0, len(DEMO)),
    length=st.integers(0, 40),
    new=st.text(alphabet="[]{}:,-& *!\n\t ab1.'\"#", max_size=6),
)
def test_any_edit_of_a_valid_text_gives_a_problem_or_faults(demo: Demo, start: int, length: int, new: str):
    check_is_total(demo, (DEMO[:start] + new + DEMO[start + length :]).encode())


def test_loading_needs_neither_numpy_nor_pydantic(demo: Demo):
    script = (
        "import json, sys, pathlib\n"
        "from judge.problem.load import load_problem\n"
        "root = pathlib.Path(sys.argv[1]); load_problem(root, root / 'problems' / 'demo')\n"
        "heavy = {'numpy', 'pydantic', 'rich', 'ml_dtypes', 'jax'} & sys.modules.keys()\n"
        "print(json.dumps(sorted(heavy)))"
    )
    ended = subprocess.run([sys.executable, "-c", script, demo.root], check=True, capture_output=True)
    assert json.loads(ended.stdout) == []
