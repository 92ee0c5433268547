"""What holds the code together, tested on the code itself; and that each of these checks can fail."""

import ast
import re
import tokenize
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from io import StringIO
from pathlib import Path

import pytest
import yaml

import judge

pytestmark = pytest.mark.xdist_group("architecture")  # each module is parsed once
JUDGE = Path(judge.__file__).parent
ROOT = JUDGE.parent
PROGRAMS = JUDGE / "hostile" / "programs"  # of attackers: data, not code of the judge
MODULES = sorted(path for path in JUDGE.rglob("*.py") if not path.is_relative_to(PROGRAMS))
REFERENCES = sorted((ROOT / "reference").rglob("*.py"))
LEARNERS_PACKAGES = {"jax", "jaxlib", "flax", "optax"}
ROLES = {
    "seed", "inputs", "targets", "learning_rate", "loss_scale",
    "good_steps", "growth_interval", "micro_batches",
}  # fmt: skip
COMMON = {"seed", "x", "y", "lr"}  # words that code may use of itself: a degree in lr, the exponent y
OF_CASES = {"arguments", "arrays", "shapes", "data"}  # what a case keeps under the names of parameters


def place(path: Path) -> str:
    return path.relative_to(JUDGE).as_posix()


@cache
def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def parsed(source: str) -> ast.Module:
    return ast.parse(source)


@cache
def nodes(source: str) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(parsed(source)))


def wrong(paths: Iterable[Path], faults: Callable[[str], object]) -> dict[str, object]:
    """What is found in each of these modules, of those in which something is."""
    found = {path.relative_to(ROOT).as_posix(): faults(text(path)) for path in paths}
    return {name: fault for name, fault in found.items() if fault}


def imported(source: str) -> set[str]:
    """The packages that a module imports anywhere, by name or through importlib."""
    found: set[str] = set()
    for node in nodes(source):
        if isinstance(node, ast.Import):
            found |= {item.name.split(".")[0] for item in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").split(".")[0])
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in {"import_module", "__import__"}:
                found.add(str(node.args[0].value).split(".")[0])
    return found


def docstrings(source: str) -> set[ast.AST]:
    """The nodes of all docstrings, those of attributes too: strings that are a statement."""
    return {
        node.value
        for node in nodes(source)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def words(source: str) -> Iterator[tuple[int, str, bool]]:
    """Line, word and whether it is quoted, of identifiers, and of strings that are no docstrings."""
    prose = docstrings(source)
    for node in nodes(source):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in prose:
            yield line, node.value, True
        for field in ("id", "attr", "arg", "name"):
            if isinstance(word := getattr(node, field, None), str):
                yield line, word, False


def looked_up(source: str) -> Iterator[tuple[int, str]]:
    """Line and key of `case.arguments["key"]` and its like."""
    for node in nodes(source):
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            holder = getattr(node.value, "attr", getattr(node.value, "id", ""))
            if holder in OF_CASES:
                yield node.lineno, str(node.slice.value)


def is_known(name: str, word: str, *, quoted: bool) -> bool:
    """Whether an identifier or a string tells that the code knows a parameter of this name."""
    if name not in word:  # which is so nearly everywhere
        return False
    whole = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", word) is not None
    if name in COMMON:
        spoken = f"`{name}`" in word or (len(name) > 1 and " " in word and whole)
        return quoted and spoken and name not in ROLES
    if quoted and word == name and name in ROLES:
        return False  # a role is asked for, and happens to be called so
    return whole


def known_names(source: str, names: Iterable[str]) -> list[str]:
    """Where code knows one of these names of a problem, as `line: word`."""
    known = [
        f"{line}: {word[:60]}"
        for line, word, quoted in words(source)
        if any(is_known(name, word, quoted=quoted) for name in names)
    ]
    return known + [f"{line}: [{key!r}]" for line, key in looked_up(source) if key in set(names)]


@cache
def problems() -> list[dict[str, object]]:
    return [yaml.safe_load(text(path)) for path in sorted(ROOT.glob("problems/*/problem.yaml"))]


def parameter_names() -> set[str]:
    found = {str(item["name"]) for problem in problems() for item in problem["parameters"]}  # type: ignore[attr-defined, index] # YAML
    return found | {str(problem["entry_point"]) for problem in problems()}


def functions(source: str) -> Iterator[tuple[str, int]]:
    """Name and length in lines of every function, its docstring left out."""
    for node in nodes(source):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            doc = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            prose = (first.end_lineno or 0) - first.lineno + 1 if doc else 0
            yield node.name, (node.end_lineno or 0) - node.lineno + 1 - prose


def comments(source: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def unreasoned(source: str) -> list[str]:
    """Lint and type exceptions that don't say why."""
    if "noqa" not in source and "type: ignore" not in source:
        return []
    pattern = re.compile(r"# (?:noqa(?:: [A-Z0-9, ]+)?|type: ignore(?:\[[a-z, -]+\])?)\s*(.*)")
    found = []
    for line, comment in comments(source):
        match = pattern.match(comment)
        if match is not None and len(match.group(1).lstrip("-# ")) < 3:
            found.append(f"{line}: {comment}")
    return found


def test_only_the_worker_imports_jax() -> None:
    others = [path for path in MODULES if not path.is_relative_to(JUDGE / "worker")]
    assert wrong(others, lambda source: imported(source) & LEARNERS_PACKAGES) == {}


def test_the_worker_imports_jax_and_nothing_of_the_judge() -> None:
    found = set().union(*(imported(text(path)) for path in MODULES if path.is_relative_to(JUDGE / "worker")))
    assert {"jax", "flax"} <= found
    assert "judge" not in found


@pytest.mark.parametrize(
    "source",
    [
        "import jax",
        "import os, jax.numpy as jnp",
        "def f():\n    from jax import numpy",
        "import importlib\nimportlib.import_module('jax.numpy')",
        "__import__('jax')",
        "if False:\n    import jax",
    ],
)
def test_an_import_of_jax_would_be_seen(source: str) -> None:
    assert "jax" in imported(source)
    assert "jax" not in imported("import os\nfrom .jax import this\nname = 'jax'\n")


def test_nothing_in_the_judge_knows_a_problem_by_name() -> None:
    ids = [str(problem["id"]) for problem in problems()]
    assert ids
    names = {*ids, *parameter_names()}
    without_pages = [path for path in MODULES if not path.is_relative_to(JUDGE / "pitfalls")]
    assert wrong(without_pages, lambda source: [name for name in ids if name in source]) == {}
    assert wrong(MODULES, lambda source: known_names(source, names)) == {}


@pytest.mark.parametrize(
    "source",
    [
        "step = mixed_precision_step",
        "if problem.id == 'mixed_precision_step': pass",
        "def detect(loss_scale): pass",
        "detect(loss_scale=2)",
        "case.loss_scale",
        "case.arguments['lr']",
        "message = f'divide by `loss_scale` {line}'",
        "message = 'the update ignores lr'",
        "arrays['x']",
        "message = 'cast `y` first'",
        "from judge.problems import mixed_precision_step",
    ],
)
def test_code_that_knows_a_problem_would_be_seen(source: str) -> None:
    assert known_names(source, {"mixed_precision_step", "seed", "x", "y", "lr", "loss_scale"})


@pytest.mark.parametrize(
    "source",
    [
        '"""`loss_scale` and lr of mixed_precision_step."""',
        'def f():\n    """lr."""',
        "problem.parameter('loss_scale')",
        "x = y = seed = fact.lr = 3",
        "degrees = {'lr': 1, 'seed': False}",
        "power = step.params['y']",
        "colr = 'missing-loss-scale'",
        "# lr and loss_scale",
        "message = 'x-ray: at most 3 bytes'",
    ],
)
def test_prose_roles_and_common_words_are_no_knowledge(source: str) -> None:
    assert known_names(source, {"mixed_precision_step", "seed", "x", "y", "lr", "loss_scale"}) == []


def test_the_public_surface_fits_on_one_screen() -> None:
    lines = text(JUDGE / "__init__.py").splitlines()
    assert len(lines) <= 30
    submodules = {path.stem for path in JUDGE.iterdir()}
    assert [name for name in vars(judge) if not name.startswith("_") and name not in submodules] == [
        "TYPE_CHECKING"
    ]
    assert len(judge.__all__) <= 10
    assert [name for name in judge.__all__ if getattr(judge, name).__name__ != name] == []
    assert re.fullmatch(r"\d+\.\d+\.\d+", judge.__version__)


def test_no_folder_is_too_full_to_be_looked_over() -> None:
    catalogues = {"pitfalls"}  # one file a pitfall
    counts = Counter(place(path.parent) for path in MODULES)
    assert {folder: count for folder, count in counts.items() if count > 15} == {
        folder: counts[folder] for folder in catalogues
    }


def test_modules_and_functions_are_short() -> None:
    every = [*MODULES, *REFERENCES]
    assert wrong(every, lambda source: max(len(source.splitlines()) - 300, 0)) == {}, "lines too many"
    assert wrong(every, lambda source: [name for name, length in functions(source) if length > 50]) == {}


def test_a_long_function_would_be_seen() -> None:
    source = "def f():\n    '''Doc.\n\n    More.\n    '''\n" + "    x = 1\n" * 60
    assert list(functions(source)) == [("f", 61)]


def test_nothing_is_left_undone_and_every_exception_to_a_rule_has_its_reason() -> None:
    undone = re.compile(r"TODO|FIXME|XXX|NotImplementedError")
    assert wrong(MODULES, undone.findall) == {}
    assert wrong(MODULES, unreasoned) == {}


def test_an_exception_without_a_reason_would_be_seen() -> None:
    source = (
        "a = 1  # noqa: E501\nb = 2  # type: ignore[misc]\nc = 3  # noqa: E501 - because\nd = 4  # noqa\n"
    )
    assert [line.split(":")[0] for line in unreasoned(source)] == ["1", "2", "4"]


def test_no_test_mocks() -> None:
    mock = "unittest" + ".mock"
    assert [path.name for path in (ROOT / "tests").rglob("*.py") if mock in text(path)] == []


def test_every_module_says_what_it_is_for() -> None:
    assert wrong(MODULES, lambda source: source.strip() and not ast.get_docstring(parsed(source))) == {}


def own_words(source: str) -> Iterator[str]:
    """The texts in code that a user may read, as they are written there."""
    prose = docstrings(source)
    for node in nodes(source):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in prose:
            written = None if node.value.isascii() else ast.get_source_segment(source, node)
            yield written or node.value


def test_our_own_words_can_be_shown_by_every_terminal() -> None:
    ours = [path for path in MODULES if "hostile" not in path.parts]
    assert wrong(ours, lambda source: [words for words in own_words(source) if not words.isascii()]) == {}


def test_a_word_that_some_terminals_cannot_show_would_be_seen() -> None:
    source = '"""…"""\nx = "a"\ny = f"{x} · b"\nz = "\\xa0"'
    assert [word.isascii() for word in own_words(source)] == [True, True, False]


@pytest.mark.parametrize(
    "path", [path for folder in ("problems", "reference") for path in (ROOT / folder).rglob("*.md")], ids=str
)
def test_so_can_what_an_exercise_says(path: Path) -> None:
    assert text(path).isascii()
