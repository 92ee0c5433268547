"""Files and words: what learners read names what the judge calls."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from judge.expected.cache_key import REASONS
from judge.expected.compile_ahead import Ahead
from judge.expected.mistakes import MISTAKES
from judge.problem.hints import HINTS_FILE
from judge.problem.model import ArraySpec, Problem
from judge.verify.record import Result, Table, fault, note, ok
from judge.verify.workshop import CORRECT, Workshop

TERMINAL = 80  # columns
PURPOSE = {
    MISTAKES: "MISTAKES = {name: wrong version}; without it nothing shows what the cases tell apart",
    CORRECT: "CORRECT = {name: right version}; without it nothing shows that right programs pass",
}


def check(shop: Workshop) -> Iterator[Result | Table]:
    """The problem's files have been read; here it is whether they belong together."""
    problem = shop.problem
    yield ok("problem.yaml", f"{len(shop.cases)} cases, all fields are as they should be")
    yield from _statement(problem, (problem.folder / "statement.md").read_text(encoding="utf-8"))
    for path in (problem.folder / "starter.py", problem.reference / "reference.py"):
        yield _signature(problem, path)
    for name, purpose in PURPOSE.items():
        place = f"reference/{problem.id}/{name}"
        yield ok(name, "is there") if shop.has(name) else fault(name, f"{place} is missing: {purpose}")
    yield from _optional(shop)
    for name in ("statement.md", HINTS_FILE):
        yield from _wide(problem.folder / name)


def _wide(path: Path) -> Iterator[Result]:
    """Whether a page fits a terminal, where it is shown line by line."""
    if not path.is_file():
        return
    lines = path.read_text(encoding="utf-8").splitlines()
    wide = [number for number, line in enumerate(lines, 1) if len(line) > TERMINAL]
    if wide:
        told = ", ".join(map(str, wide[:5])) + ", ..." * (len(wide) > 5)  # noqa: PLR2004 - what a sentence holds
        what = f"line{'s' * (len(wide) > 1)} {told}"
        yield note(
            path.name, f"is wider than {TERMINAL} characters in {what}: most terminals are as wide as that"
        )


def _statement(problem: Problem, text: str) -> Iterator[Result]:
    """Whether the statement tells the function, its parameters in their order, and what comes back."""
    wanted = [problem.entry_point, *(parameter.name for parameter in problem.parameters)]
    missing = [name for name in wanted if not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)]
    names = wanted[1:]
    if missing:
        told = ", ".join(f"`{name}`" for name in missing)
        yield fault("statement.md", f"doesn't mention {told}: say what it is, a learner has to know")
    else:
        yield ok("statement.md", "names the function and all its parameters")
    for written in re.findall(rf"(?<!\w){re.escape(problem.entry_point)}\(([^()]*)\)", text):
        shown = [part.split(":")[0].split("=")[0].strip() for part in written.split(",")]
        if shown != names and set(shown) & set(names):
            call = f"{problem.entry_point}({', '.join(names)})"
            yield fault(
                "statement.md", f"shows `{problem.entry_point}({written})`, but it is called as `{call}`"
            )
    if isinstance(problem.returns, ArraySpec):
        yield from _returned(problem.returns, text)


def _returned(spec: ArraySpec, text: str) -> Iterator[Result]:
    if spec.dtype not in text:
        yield fault("statement.md", f"doesn't say that the function returns {spec.dtype}")
    shape = f"({', '.join(map(str, spec.shape))}{',' * (len(spec.shape) == 1)})"
    if shape not in text:
        yield fault("statement.md", f"doesn't say that the function returns an array of shape {shape}")


def _signature(problem: Problem, path: Path) -> Result:
    """Whether a file defines the entry point with the parameters of problem.yaml."""
    wanted = [parameter.name for parameter in problem.parameters]
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, ValueError) as error:
        return fault(path.name, f"is not Python: {error}")
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == problem.entry_point:
            given = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
            if given == wanted:
                return ok(path.name, "defines the function with the parameters of problem.yaml")
            written = f"`{problem.entry_point}({', '.join(given)})`"
            return fault(path.name, f"defines {written}, but problem.yaml has ({', '.join(wanted)})")
    return fault(path.name, f"defines no function `{problem.entry_point}` at its top level")


def _optional(shop: Workshop) -> Iterator[Result]:
    problem = shop.problem
    for place in (problem.folder / HINTS_FILE, problem.reference / REASONS):
        if not place.is_file():
            purpose = (
                "judge hint has nothing to show"
                if place.name == HINTS_FILE
                else "judge solution has no reasons"
            )
            yield note(place.name, f"isn't there: {purpose}")
    if problem.warm_up is None:
        yield note("warmup.py", "isn't there: the first submissions take longer than they need to")
        return
    why = Ahead(shop.trusted).compile(problem, shop.cases)
    yield ok("warmup.py", "runs") if why is None else fault("warmup.py", f"fails: {why}")
