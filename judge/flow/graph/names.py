"""What a box is called: its role, the learner's own name, or what is done there."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

from judge.flow.graph.boxes import Box
from judge.flow.graph.working import CASTS
from judge.flow.parts.assignments import assignments, region_of
from judge.flow.program import Frame, Step
from judge.flow.training_step import CONTRACTIONS

Kind = Literal["input", "role", "operation", "cast"]
WORDS = {
    "add": "add", "add_any": "add", "sub": "subtract", "mul": "multiply", "div": "divide", "neg": "negate",
    "dot_general": "matmul", "conv_general_dilated": "convolution", "reduce_sum": "sum", "reduce_max": "max",
    "reduce_min": "min", "reduce_and": "all", "reduce_or": "any", "integer_pow": "power", "pow": "power",
    "select_n": "where", "is_finite": "isfinite", "convert_element_type": "cast", "reduce_precision": "round",
    "rsqrt": "1/sqrt", "scatter-add": "add", "scatter_add": "add", "pjit": "call",
}  # fmt: skip
# Functions of libraries that a learner knows by these names; what they are made of is told as `inside`.
FUNCTIONS = {
    "mean", "sum", "square", "var", "std", "clip", "where", "isfinite", "all", "any", "max", "min", "average",
    "global_norm", "l2_loss", "squared_error", "tree_sum", "matmul", "dot", "einsum", "vdot", "linalg.norm",
    "norm", "maximum", "minimum", "abs", "sqrt", "exp", "log", "softmax", "log_softmax",
}  # fmt: skip
CALLED = "backward of "


class Names:
    """Names for the boxes of one program."""

    def __init__(
        self,
        source: str,
        working: frozenset[int],
        boxes: Sequence[Box],
        arrows: Iterable[tuple[int, int]],
    ) -> None:
        """Name all boxes, in the order of the program: a backward one is called after its forward one."""
        self.steps = working
        self.assigned = {one.region: one.name for one in assignments(source)}
        self.forward: dict[tuple[Frame, ...], str] = {}
        before: dict[int, list[int]] = {}
        for start, end in arrows:
            before.setdefault(end, []).append(start)
        self.calls = Counter((box.phase, box.frames) for box in boxes)
        self.names: list[str] = []
        for number, box in enumerate(boxes):
            told = [self.names[one] for one in before.get(number, ()) if one < number]
            self.names.append(self._of(box, told))

    def _of(self, box: Box, before: Sequence[str]) -> str:
        """The role, the learner's name, or a word for what is done; never empty.

        Args:
            before: names of the boxes that it comes from.
        """
        if box.phase == "backward" and not box.role:
            return f"{CALLED}{self.forward.get(box.frames) or self._done(box)}"
        found = self._name(box, before)
        if box.phase == "forward" and box.frames:
            self.forward.setdefault(box.frames, found)
        return found

    def _name(self, box: Box, before: Sequence[str]) -> str:
        if box.port is not None:
            return box.port.name or box.port.role
        if box.role:
            return box.role
        kind = self.kind(box)
        beside = kind == "cast" and self.calls[box.phase, box.frames] > 1
        own = None if box.frame is None or beside else self.assigned.get(region_of(box.frame))
        if own:
            return own
        if kind == "cast" and len(set(before)) == 1:
            return f"{before[0].removesuffix(' cast')} cast"
        return self._done(box)

    def kind(self, box: Box) -> Kind:
        """Whether it is a parameter of the entry point, has a role, or what else it does."""
        if box.port is not None:
            return "input"
        if box.role:
            return "role"
        working = self._working(box)
        return "cast" if working and all(step.op in CASTS for step in working) else "operation"

    def operation(self, box: Box) -> str:
        """The operation, as JAX has it, or the library's function that it is done by; empty for an input."""
        working = self._working(box)
        if not working:
            return ""
        return next((step.op for step in working if step.op in CONTRACTIONS - {"reduce_sum"}), "") or (
            self._function(box) or self._last(box, working).op
        )

    def _done(self, box: Box) -> str:
        operation = self.operation(box)
        return WORDS.get(operation, operation.replace("_", " ")) or "value"

    def _working(self, box: Box) -> list[Step]:
        return [step for step in box.steps if step.index in self.steps]

    def _last(self, box: Box, working: list[Step]) -> Step:
        made = [step for step in working if box.value in step.results]
        return made[0] if made else working[-1]

    def _function(self, box: Box) -> str:
        """The library's function that did all of it, as a learner calls it."""
        for name in box.steps[-1].place.api:
            package, _, function = name.partition("/")
            if package in {"jax", "optax", "flax"} and function in FUNCTIONS:
                return function
        return ""
