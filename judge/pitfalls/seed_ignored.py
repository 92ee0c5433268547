"""PAGE"""

from collections.abc import Iterator

from judge.finding import Finding, Severity
from judge.flow.facts import UNKNOWN, UPDATE
from judge.flow.passes import Passes
from judge.flow.program import Frame, Step
from judge.flow.walk import ancestors
from judge.pitfalls.clues import Clues
from judge.pitfalls.lines import asked_for

NAME = "seed-ignored"
SEVERITY = Severity.ERROR
SEEDING = ("random_seed", "random_wrap", "random_fold_in", "random_split", "random_bits")
MAKERS = {"Rngs", "PRNGKey", "key", "default_rng", "RandomState", "seed"}


def detect(clues: Clues) -> Iterator[Finding]:
    """Initial parameters that no seed went into."""
    passes = clues.passes
    if passes is None or not passes.program.aligned:
        return
    roots = {
        root
        for product in passes.products
        for root in passes.fact(product.parameter).roots
        if UPDATE not in passes.fact(product.parameter).depends
    }
    if not roots or any({"seed", UNKNOWN} & passes.fact(root).depends for root in roots):
        return
    seed = clues.name("seed")
    step = _line(passes, roots)
    where: Frame | int | None = asked_for(clues.text, step.place.frames, MAKERS) if step is not None else None
    if where is None:
        where = next(iter(clues.text.call_lines(MAKERS)), None)
    message = f"the initial parameters are the same for every `{seed}`"
    yield clues.finding(NAME, where, message, f"make them from it: `rngs=nnx.Rngs(int({seed}))`")


def _line(passes: Passes, roots: set[int]) -> Step | None:
    steps = [passes.program.steps[index] for index in sorted(ancestors(passes.program, list(roots)))]
    steps = [step for step in steps if step.place.frames]
    seeding = [step for step in steps if step.op in SEEDING]
    return next(iter([*seeding, *steps]), None)
