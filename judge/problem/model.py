"""A problem as the rest of the judge sees it: frozen, checked, without YAML.

Nothing here knows a problem by name. What a parameter *means* is said by its role, which the problem's
own file gives: a detector asks for the parameter whose role is "loss_scale", never for a name.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from judge.problem.hints import Hint
from judge.problem.tolerance import Tolerance

Visibility = Literal["public", "hidden"]
Kind = Literal["float", "int", "array", "tree"]
Rows = Literal["independent", "identical", "antisymmetric"]
Attempts = Literal["best", "last"]
Dim = int | str  # 4, or "N": equal names are equal sizes


@dataclass(frozen=True, slots=True, kw_only=True)
class ArraySpec:
    """An array's dtype and its shape, whose axes may be named.

    Attributes:
        elements: what the numbers of a returned vector are called; () where they have no names.
    """

    dtype: str
    shape: tuple[Dim, ...]
    elements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeSpec:
    """A tuple or dict of specs; the keys of a tuple are "0", "1" and so on."""

    kind: Literal["tuple", "dict"]
    items: tuple[tuple[str, "Spec"], ...]


Spec = ArraySpec | TreeSpec


def leaves(name: str, spec: Spec) -> Iterator[tuple[str, ArraySpec]]:
    """The arrays of a spec: `name` itself, or "name.key" for those of a tree."""
    if isinstance(spec, ArraySpec):
        yield name, spec
    else:
        for key, item in spec.items:
            yield from leaves(f"{name}.{key}", item)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of the entry point.

    Attributes:
        kind: "float" and "int" are Python numbers, "array" is a jax.Array, "tree" a tuple or dict of them.
        role: what detectors know it by: "seed", "inputs", "targets", "learning_rate", "loss_scale",
            "good_steps", "growth_interval", "micro_batches", or "".
        spec: of "array" and "tree".
        divides: of "int": the named axis whose size it divides in every case, "" for none.
    """

    name: str
    kind: Kind
    role: str = ""
    spec: Spec | None = None
    divides: str = ""


def array_specs(parameters: Iterable[Parameter]) -> Mapping[str, ArraySpec]:
    """Every array in these parameters, by the name that cases use: "x", or "tree.key"."""
    specs = ((parameter.name, parameter.spec) for parameter in parameters if parameter.spec is not None)
    return {leaf: array for name, spec in specs for leaf, array in leaves(name, spec)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one case may use, in seconds, MiB, KiB, counts.

    `total_s` is for all cases of a submission together, None for twice `wall_s`; `output_kib` bounds what is
    printed and what is returned.
    """

    wall_s: float = 20.0
    cpu_s: float = 20.0
    total_s: float | None = None
    memory_mib: int = 2048
    output_kib: int = 64
    processes: int = 128
    file_mib: int = 1

    @property
    def in_all(self) -> float:
        """Seconds of wall time that a submission may take."""
        return 2 * self.wall_s if self.total_s is None else self.total_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """A number that is drawn from the entropy: `integers` (both ends included), `choice` or `uniform`."""

    kind: Literal["integers", "choice", "uniform"]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How one array is made.

    Attributes:
        kind: "normal" (values: scale), "uniform" (values: low, high), "choice" (values: the choices, one
            drawn per element), "linear_of" (values: factor).
        of: for "linear_of": the parameter that is multiplied by the weights.
        weights: for "linear_of": which array of the reference's `initial_weights`; "initial" is its only one.
        dtype: for "linear_of": both operands are rounded to it, and so is the product.
        off_grid: the value is rounded to the problem's compute dtype, then moved this many ulp away from
            zero; 0.0 leaves it as it is.
        rows: "independent", "identical" (every row is the first) or "antisymmetric" (row 2k+1 is -row 2k).
        row_factors: what each row is multiplied by then, () for nothing.
    """

    kind: Literal["normal", "uniform", "choice", "linear_of"]
    values: tuple[float, ...]
    of: str = ""
    weights: str = "initial"
    dtype: str = "float32"
    off_grid: float = 0.0
    rows: Rows = "independent"
    row_factors: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTemplate:
    """A case as the file has it: arguments may still be draws, and `repeat` may ask for several.

    Attributes:
        arguments: parameter name → number or draw, for "float" and "int" parameters.
        shapes: array name → sizes; the leaves of a tree are "name.key".
        data: array name → recipe.
        data_seed: None: from the entropy and the case's name.
        line: where it begins in its file.
    """

    name: str
    arguments: Mapping[str, float | int | Draw]
    shapes: Mapping[str, tuple[int, ...]]
    data: Mapping[str, Recipe]
    data_seed: int | None = None
    repeat: int | None = None
    visibility: Visibility = "public"
    weight: float = 1.0
    line: int = 0


def case_names(template: CaseTemplate) -> tuple[str, ...]:
    """The names of the cases that a template stands for: `drawn[0]`, `drawn[1]` when it is repeated."""
    if template.repeat is None:
        return (template.name,)
    return tuple(f"{template.name}[{index}]" for index in range(template.repeat))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One call of the entry point: all numbers fixed, arrays still to be made from `data_seed`."""

    name: str
    arguments: Mapping[str, float | int]
    shapes: Mapping[str, tuple[int, ...]]
    data: Mapping[str, Recipe]
    data_seed: int
    visibility: Visibility = "public"
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseGroup:
    """Cases that are worth something together; each one's share goes by its weight.

    Attributes:
        cases: their names in the file; that of a case which is repeated stands for all of them.
    """

    name: str
    cases: tuple[str, ...]
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """What lateness costs, in percent of the points that were earned.

    Attributes:
        per_day: for each day begun after the due date. at_most: for all of them.
    """

    per_day: int
    at_most: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    """The points of a problem.

    Attributes:
        groups: every case of the problem is in one of them.
        pitfalls: id → points that are lost, once, in place of the cases that fail through nothing else.
        late: None where lateness costs nothing.
        attempts: which attempt of a learner counts.
    """

    groups: tuple[CaseGroup, ...]
    pitfalls: Mapping[str, int] = field(default_factory=dict)
    late: Late | None = None
    attempts: Attempts = "best"

    @property
    def points(self) -> int:
        """What full marks are worth."""
        return sum(group.points for group in self.groups)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One exercise.

    Attributes:
        compute_dtype: what forward and backward should run in ("bfloat16"), None when there is none.
        pitfalls: ids of the catalogue that apply, in the order of the file.
        folder: problems/<id>. reference: reference/<id>.
        constants: numbers of the exercise that no parameter gives, by name: what a scale grows by.
        options: what the problem tells the detectors beyond roles, as plain data.
        hints: in the order in which learners take them.
        rubric: None where points follow the weights of the cases alone.
    """

    id: str
    title: str
    entry_point: str
    parameters: tuple[Parameter, ...]
    returns: Spec
    limits: Limits
    tolerance: Tolerance
    cases: tuple[CaseTemplate, ...]
    pitfalls: tuple[str, ...]
    folder: Path
    reference: Path
    compute_dtype: str | None = None
    points: int = 100
    constants: Mapping[str, float] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    hints: tuple[Hint, ...] = ()
    rubric: Rubric | None = None

    @property
    def warm_up(self) -> Path | None:
        """What its workers may go through before a submission comes; None where the problem has none."""
        path = self.folder / "warmup.py"
        return path if path.is_file() else None

    def parameter(self, role: str) -> Parameter | None:
        """The parameter that plays this role, None when the problem has none."""
        return next((parameter for parameter in self.parameters if parameter.role == role), None)

    @property
    def element_roles(self) -> tuple[str, ...]:
        """What the numbers of a returned vector are: those called like a parameter are its next value."""
        names = self.returns.elements if isinstance(self.returns, ArraySpec) else ()
        roles = {parameter.name: parameter.role for parameter in self.parameters if parameter.role}
        return tuple(roles.get(name, name) for name in names)

    @property
    def arrays(self) -> Mapping[str, ArraySpec]:
        """Every array that the entry point takes, by the name that cases use: "x", or "tree.key"."""
        return array_specs(self.parameters)
