import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from toys import SCALAR, Toy, case

import judge
from judge.expected.cache_key import OWN_CODE, compile_key, files_digest, machine, own_digest, truth_key
from judge.problem.model import Parameter, Problem, Recipe
from judge.problem.tolerance import Tolerance

VERSIONS = {"python": "3.11.9", "jax": "0.10.2"}
JUDGE = Path(judge.__file__).parent

# What OWN_CODE imports, and what expected values still don't depend on: frozen records, the start of workers
# (whose versions and settings are parts of the key), names of files and folders, the messages of errors.
WITHOUT_INFLUENCE = {
    "__init__.py",
    "errors.py",
    "evidence.py",
    "expected/cache_files.py",
    "expected/cache_key.py",
    "problem/model.py",
    "problem/tolerance.py",
    "sandbox",
    "worker",
}


@pytest.fixture
def toy(tmp_path: Path) -> Toy:
    return Toy.make(tmp_path)


def key(problem: Problem, **changes: Any) -> str:
    return truth_key(problem, case(**changes), VERSIONS)


def test_the_same_things_have_the_same_key(toy: Toy) -> None:
    assert key(toy.load()) == key(toy.load())
    assert len(key(toy.load())) == 64


@pytest.mark.parametrize(
    "changes",
    [
        {"arguments": {"seed": 2.0}},
        {"shapes": {"x": (3, 2)}},
        {"data_seed": 1},
        {"data": {"x": Recipe(kind="normal", values=(2.0,))}},
        {"data": {"x": Recipe(kind="normal", values=(1.0,), off_grid=0.1)}},
        {"data": {"x": Recipe(kind="normal", values=(1.0,), rows="identical")}},
    ],
)
def test_whatever_makes_other_arrays_or_arguments_makes_another_key(
    toy: Toy, changes: dict[str, Any]
) -> None:
    assert key(toy.load(), **changes) != key(toy.load())


@pytest.mark.parametrize(
    "changes",
    [
        {"entry_point": "other"},
        {"compute_dtype": "float16"},
        {"returns": replace(SCALAR, dtype="bfloat16")},
        {"parameters": (Parameter(name="seed", kind="int"),)},
    ],
)
def test_what_the_problem_promises_is_part_of_the_key(toy: Toy, changes: dict[str, Any]) -> None:
    assert key(replace(toy.load(), **changes)) != key(toy.load())


@pytest.mark.parametrize(
    "name", ["reference.py", "mistakes.py", "deep/helper.py", "weights.npz", "no_suffix"]
)
def test_every_file_of_the_reference_is_part_of_the_key(toy: Toy, name: str) -> None:
    keys = {key(toy.load())}
    for content in (b"one", b"two", b""):
        toy.write(f"reference/toy/{name}", content)
        keys.add(key(toy.load()))
    assert len(keys) == 4


def test_reasons_that_people_read_are_not_part_of_the_key(toy: Toy) -> None:
    before = key(toy.load())
    toy.write("reference/toy/reasons.md", "because")
    assert key(toy.load()) == before
    toy.write("reference/toy/sub/reasons.md", "data under the same name")
    assert key(toy.load()) != before


def test_what_python_compiles_beside_the_reference_is_not_part_of_the_key(toy: Toy) -> None:
    before = key(toy.load())
    toy.write("reference/toy/__pycache__/reference.cpython-311.pyc", b"x")
    assert key(toy.load()) == before


def test_versions_settings_and_machine_are_part_of_both_keys(
    toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    def keys(versions: dict[str, str] = VERSIONS) -> tuple[str, str]:
        return truth_key(toy.load(), case(), versions), compile_key(versions)

    found = [keys(), keys(VERSIONS | {"jax": "0.10.3"}), keys({"python": "3.11.9"})]
    monkeypatch.setattr("judge.expected.cache_key.NUMERIC_SETTINGS", {"XLA_FLAGS": ""})
    found.append(keys())
    monkeypatch.setattr("judge.expected.cache_key.machine", lambda: "another")
    found.append(keys())
    assert len({one for one, _ in found}) == len({two for _, two in found}) == len(found)


@pytest.mark.parametrize("changes", [{"name": "renamed"}, {"visibility": "hidden"}, {"weight": 9.0}])
def test_names_visibility_and_weight_change_no_expected_value(toy: Toy, changes: dict[str, Any]) -> None:
    assert key(toy.load(), **changes) == key(toy.load())


def test_tolerance_and_limits_change_no_expected_value(toy: Toy) -> None:
    problem = toy.load()
    assert key(replace(problem, tolerance=Tolerance(relative=0.5), points=1)) == key(problem)


def test_the_digest_of_files_tells_names_and_borders_apart(tmp_path: Path) -> None:
    digests = set()
    for number, files in enumerate(
        [{"a": "xy"}, {"b": "xy"}, {"a": "x", "b": "y"}, {"a": "", "b": "xy"}, {}]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        for name, text in files.items():
            (folder / name).write_text(text)
        digests.add(files_digest(folder, sorted(folder.iterdir())))
    assert len(digests) == 5


def test_the_digest_of_a_missing_file_raises(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        files_digest(tmp_path, [tmp_path / "missing"])


def imported(path: Path) -> Iterator[str]:
    """The judge's own files and packages that a file imports anywhere, relative to the package."""
    package = path.parent.relative_to(JUDGE).parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            start = (*package, *(node.module or "").split("."))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "judge":
            start = tuple((node.module or "").split(".")[1:])
        else:
            continue
        for name in [*(item.name for item in node.names), ""]:
            file = JUDGE.joinpath(*start, name) if name else JUDGE.joinpath(*start)
            if file.with_suffix(".py").is_file():
                yield file.with_suffix(".py").relative_to(JUDGE).as_posix()


def test_own_code_holds_everything_that_it_imports_and_that_has_influence() -> None:
    found = {name for own in OWN_CODE for name in imported(JUDGE / own)}
    missing = {
        name
        for name in found - set(OWN_CODE)
        if name not in WITHOUT_INFLUENCE and name.split("/")[0] not in WITHOUT_INFLUENCE
    }
    assert missing == set()
    assert {"problem/arrays.py", "errors.py"} <= found, "the search for imports finds nothing"


def test_the_digest_of_own_code_is_that_of_the_files() -> None:
    assert own_digest() == files_digest(JUDGE, [JUDGE / name for name in OWN_CODE])


def test_the_machine_is_told_by_system_architecture_and_processor() -> None:
    lines = machine().splitlines()
    assert len(lines) >= 2
    assert not any("MHz" in line for line in lines), "what changes by the minute makes every entry stale"
