"""Which operand stands behind each number of a returned vector: what was stacked, joined or written into it.

Where a vector is chosen from others (a branch, `jnp.where`), each of its numbers is chosen so, by a step that
is added to the program; where nothing is known of how it was made, a step is added that takes it out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import prod

from judge.flow.program import Program, Step, Variable

SAME = {
    "convert_element_type", "reduce_precision", "copy", "copy_p", "device_put", "stop_gradient", "reshape",
    "optimization_barrier", "sharding_constraint", "squeeze", "expand_dims", "name",
}  # fmt: skip
CHOICES = {"join", "select_n"}
DEEPEST = 64


def with_elements(program: Program, count: int) -> tuple[Program, tuple[int | None, ...]]:
    """The program with what had to be added, and the operand of each number of its first returned array."""
    returned = next((port.operand for port in program.returned if port.operand is not None), None)
    if returned is None or count < 1:
        return program, (None,) * count
    search = _Search(program)
    if prod(search.shape(returned)) != count:
        return program, (None,) * count
    found = tuple(search.element(returned, index, DEEPEST) for index in range(count))
    return search.extended(), found


@dataclass(slots=True)
class _Search:
    program: Program
    added: list[Step] = field(default_factory=list)
    variables: list[Variable] = field(default_factory=list)

    def extended(self) -> Program:
        """The program with the steps that were added."""
        makers = {result: step for step in self.added for result in step.results}
        return replace(
            self.program,
            variables=(*self.program.variables, *self.variables),
            steps=(*self.program.steps, *self.added),
            makers={**self.program.makers, **makers},
        )

    def shape(self, operand: int) -> tuple[int, ...]:
        return self._described(operand)[1]

    def element(self, operand: int, index: int, depth: int) -> int:
        """The operand of one number, `index` counting as if all axes were one."""
        step, shape = self.program.maker(operand), self.shape(operand)
        if shape == () or prod(shape) == 1:
            return operand
        if step is None or depth == 0:
            return self._taken(operand, step)
        if step.op in SAME or (step.op == "broadcast_in_dim" and prod(self.shape(step.operands[0])) == 1):
            return self.element(step.operands[0], index, depth - 1)
        if step.op in CHOICES:
            return self._chosen(step, operand, index, depth)
        part = self._part(step, index)
        return self._taken(operand, step) if part is None else self.element(*part, depth - 1)

    def _part(self, step: Step, index: int) -> tuple[int, int] | None:
        """The operand that a number comes from, and which of its numbers it is."""
        if step.op in {"stack", "concatenate"}:
            axis = step.params.get("axis" if step.op == "stack" else "dimension", 0)
            sizes = [prod(self.shape(item)) for item in step.operands]
            if axis == 0 or sum(size > 1 for size in sizes) == 0:
                return _located(step.operands, sizes, index)
        if step.op == "tile" and len(self.shape(step.operands[0])) == len(self.shape(step.results[0])) == 1:
            return step.operands[0], index % self.shape(step.operands[0])[0]
        if step.op == "scatter":
            at, new = self._number(step.operands[1]), step.operands[2]
            if at is not None and prod(self.shape(new)) == 1 and len(self.shape(step.results[0])) == 1:
                return (new, 0) if at == index else (step.operands[0], index)
        if step.op == "dynamic_update_slice":
            at, new = self._number(step.operands[-1]), step.operands[1]
            size = prod(self.shape(new))
            if at is not None and len(self.shape(step.results[0])) == 1:
                inside = at <= index < at + size
                return (new, index - at) if inside else (step.operands[0], index)
        return None

    def _chosen(self, step: Step, operand: int, index: int, depth: int) -> int:
        whole = self.shape(operand)
        if step.op == "select_n" and self.shape(step.operands[0]) not in {(), whole}:
            return self._taken(operand, step)
        items = [self.element(item, index, depth - 1) for item in step.operands]
        return self._add("select_n" if step.op == "select_n" else "join", items, operand, step)

    def _taken(self, operand: int, step: Step | None) -> int:
        return operand if step is None else self._add("gather", [operand], operand, step)

    def _add(self, op: str, operands: Sequence[int], like: int, step: Step) -> int:
        result = len(self.program.variables) + len(self.variables)
        self.variables.append(Variable(self._described(like)[0], ()))
        index = len(self.program.steps) + len(self.added)
        self.added.append(
            Step(index=index, op=op, operands=tuple(operands), results=(result,), place=step.place)
        )
        return result

    def _described(self, operand: int) -> tuple[str, tuple[int, ...]]:
        if operand < 0:
            constant = self.program.constants[-1 - operand]
            return constant.dtype, constant.shape
        known = len(self.program.variables)
        variable = self.program.variables[operand] if operand < known else self.variables[operand - known]
        return variable.dtype, variable.shape

    def _number(self, operand: int) -> int | None:
        """A whole number that is written in the program, None where it is computed."""
        for _ in range(DEEPEST):
            if operand < 0:
                value = self.program.constants[-1 - operand].value
                return int(value) if value is not None and value == int(value) else None
            step = self.program.maker(operand)
            if step is None or step.op not in SAME | {"broadcast_in_dim", "concatenate"}:
                return None
            operand = step.operands[0]
        return None


def _located(operands: Sequence[int], sizes: Sequence[int], index: int) -> tuple[int, int] | None:
    for operand, size in zip(operands, sizes, strict=True):
        if index < size:
            return operand, index
        index -= size
    return None
