"""The cases of a problem, as its file has them."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from judge.problem.model import ArraySpec, CaseTemplate, Draw, Parameter, Recipe, Visibility, array_specs
from judge.problem.node import NAME, Node, given
from judge.problem.recipes import MAX_SEED, Target, read_range, read_recipe
from judge.problem.specs import MAX_SIZE

NAME_RULE = "made of letters, digits, - and _"
VISIBILITIES: tuple[Visibility, ...] = ("public", "hidden")
MAX_ELEMENTS = 2**24
MAX_CASE_ELEMENTS = 2**26
MAX_REPEAT = 1000
MAX_WEIGHT = 1_000_000
INT_RANGE = (-(2**31), 2**31 - 1)
LEAST = {"seed": 0, "good_steps": 0, "growth_interval": 1, "micro_batches": 1}  # of whole numbers, by role
SEED_RANGE = (0, 2**31 - 1)
LOSS_SCALE_RANGE = (2.0**-120, 2.0**120)  # beyond it correct programs disagree among themselves


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRules:
    """What the cases of a problem are held against.

    Attributes:
        parameters: of the entry point.
        lenient: the parameters have faults, so a case's key may be unknown for that reason only.
        visibility: of a case that doesn't say.
        taken: names that exist already → what to say of them.
    """

    parameters: tuple[Parameter, ...]
    compute_dtype: str | None
    lenient: bool = False
    visibility: Visibility = "public"
    taken: Mapping[str, str] = field(default_factory=dict)

    @property
    def numbers(self) -> Mapping[str, Parameter]:
        """The parameters that are Python numbers."""
        return {parameter.name: parameter for parameter in self.parameters if parameter.spec is None}

    @property
    def arrays(self) -> Mapping[str, ArraySpec]:
        """Every array that the entry point takes, by the name that cases use."""
        return array_specs(self.parameters)


def read_cases(node: Node, rules: CaseRules) -> tuple[CaseTemplate, ...]:
    """All cases, in the order of the file."""
    items = node.items(least=1)
    templates = tuple(_case(item, rules) for item in items)
    taken = dict(rules.taken)
    for item, template in zip(items, templates, strict=True):
        if template.name in taken:
            item.child("name", template.name).fault(f"`{template.name}` is {taken[template.name]}")
        elif template.name:
            taken[template.name] = f"the name of the case on line {item.line} too"
    return templates


def _case(node: Node, rules: CaseRules) -> CaseTemplate:
    required = ["name", *rules.numbers]
    optional = ["repeat", "visibility", "weight"]
    (required if any(_free(spec) for spec in rules.arrays.values()) else optional).append("shapes")
    (required if rules.arrays else optional).append("data")
    entries = node.mapping(required=required, optional=optional, lenient=rules.lenient)
    shapes = _shapes(entries.get("shapes"), rules)
    arguments = {
        name: _argument(entries[name], parameter)
        for name, parameter in rules.numbers.items()
        if name in entries
    }
    for name, value in arguments.items():
        _check_division(entries[name], value, rules.numbers[name], _axes(rules, shapes))
    seed, data = _data(entries.get("data"), rules, shapes)
    return CaseTemplate(
        name=given(entries, "name", lambda entry: entry.matching(NAME, NAME_RULE), ""),
        arguments=arguments,
        shapes=shapes,
        data=data,
        data_seed=seed,
        repeat=given(entries, "repeat", lambda entry: entry.whole(least=1, most=MAX_REPEAT), None),
        visibility=given(entries, "visibility", lambda entry: entry.one_of(VISIBILITIES), rules.visibility),
        weight=given(entries, "weight", lambda entry: entry.number(above=0, most=MAX_WEIGHT), 1.0),
        line=node.line,
    )


def _axes(rules: CaseRules, shapes: Mapping[str, tuple[int, ...]]) -> Mapping[str, int]:
    """The sizes of a case's named axes."""
    return {
        dim: size
        for name, shape in shapes.items()
        for dim, size in zip(rules.arrays[name].shape, shape, strict=True)
        if isinstance(dim, str)
    }


def _check_division(node: Node, value: float | Draw, parameter: Parameter, axes: Mapping[str, int]) -> None:
    """A number that divides an axis does so, whichever is drawn."""
    size = axes.get(parameter.divides)
    if size is None or not node.clean:
        return
    if isinstance(value, Draw) and value.kind != "choice":
        node.fault(f"must divide {parameter.divides}: draw it with `choice`")
        return
    for number in value.values if isinstance(value, Draw) else (value,):
        if number < 1 or size % number:
            node.fault(f"must divide {parameter.divides}, which is {size} here; {number:g} doesn't")


def _argument(node: Node, parameter: Parameter) -> float | int | Draw:
    rule = _number_rule(parameter)
    if not isinstance(node.value, dict):
        return rule(node)
    entries = node.mapping(optional=("integers", "choice", "uniform"))
    if len(entries) != 1:
        if node.clean:
            node.fault("needs a number, or exactly one of integers, choice, uniform")
        return 0.0
    kind, values = next(iter(entries.items()))
    match kind:
        case "choice":
            return Draw(kind="choice", values=tuple(float(rule(item)) for item in values.items(least=1)))
        case "integers":
            return Draw(kind="integers", values=_whole_range(values, rule))
        case _:
            if parameter.kind == "int" or parameter.role == "seed":
                values.fault("makes fractions; a whole number is drawn with `integers` or `choice`")
                return 0.0
            return Draw(kind="uniform", values=_checked_range(values, rule))


def _number_rule(parameter: Parameter) -> Callable[[Node], float | int]:
    """Reads a number as this parameter takes it."""
    if parameter.kind == "int":
        return lambda node: node.whole(least=LEAST.get(parameter.role, INT_RANGE[0]), most=INT_RANGE[1])
    if parameter.role == "seed":
        return lambda node: float(node.whole(least=SEED_RANGE[0], most=SEED_RANGE[1]))
    if parameter.role == "loss_scale":
        return lambda node: node.number(least=LOSS_SCALE_RANGE[0], most=LOSS_SCALE_RANGE[1])
    return lambda node: node.number()


def _checked_range(node: Node, rule: Callable[[Node], float | int]) -> tuple[float, float]:
    values = read_range(node)
    if node.clean:
        for end in node.items():
            rule(end)
    return values


def _whole_range(node: Node, rule: Callable[[Node], float | int]) -> tuple[float, float]:
    values = _checked_range(node, rule)
    if node.clean:
        for end in node.items():
            end.whole(least=-(2**53), most=2**53)
    return values


def _free(spec: ArraySpec) -> bool:
    """Whether a case must say the array's sizes."""
    return any(isinstance(dim, str) for dim in spec.shape)


def _shapes(node: Node | None, rules: CaseRules) -> dict[str, tuple[int, ...]]:
    """Sizes of the arrays; those with a fault are left out."""
    fixed = {
        name: tuple(int(dim) for dim in spec.shape) for name, spec in rules.arrays.items() if not _free(spec)
    }
    if node is None:
        return fixed
    free = [name for name in rules.arrays if name not in fixed]
    entries = node.mapping(required=free, optional=tuple(fixed), lenient=rules.lenient)
    named: dict[str, tuple[int, str]] = {}
    given = {
        name: _shape(entries[name], name, rules.arrays[name], named)
        for name in rules.arrays
        if name in entries
    }
    shapes = fixed | {name: shape for name, shape in given.items() if entries[name].clean}
    if sum(math.prod(shape) for shape in shapes.values()) > MAX_CASE_ELEMENTS:
        node.fault(f"makes arrays of more than {MAX_CASE_ELEMENTS} elements in all")
    return {name: shapes[name] for name in rules.arrays if name in shapes}


def _shape(node: Node, name: str, spec: ArraySpec, named: dict[str, tuple[int, str]]) -> tuple[int, ...]:
    """One array's sizes; `named` collects the named ones with the array that said them first."""
    axes = node.items()
    form = f"[{', '.join(str(dim) for dim in spec.shape)}]"
    if node.clean and len(axes) != len(spec.shape):
        node.fault(f"has {len(axes)} axes; `{name}` is {form}")
        return ()
    shape = tuple(axis.whole(least=1, most=MAX_SIZE) for axis in axes)
    if not node.clean:
        return shape
    for axis, size, dim in zip(axes, shape, spec.shape, strict=True):
        if isinstance(dim, int) and size != dim:
            axis.fault(f"must be {dim}, not {size}: `{name}` is {form}")
        elif isinstance(dim, str):
            first, owner = named.setdefault(dim, (size, name))
            if first != size:
                axis.fault(f"{dim} is {size} here and {first} in `{owner}`")
    if node.clean and math.prod(shape) > MAX_ELEMENTS:
        node.fault(f"has {math.prod(shape)} elements; at most {MAX_ELEMENTS} are allowed")
    return shape


def _data(
    node: Node | None, rules: CaseRules, shapes: Mapping[str, tuple[int, ...]]
) -> tuple[int | None, dict[str, Recipe]]:
    """The data's seed, None when it is left out, and the recipes."""
    if node is None:
        return None, {}
    entries = node.mapping(required=tuple(rules.arrays), optional=("seed",), lenient=rules.lenient)
    seed = given(entries, "seed", lambda entry: entry.whole(least=0, most=MAX_SEED), None)
    recipes = {
        name: read_recipe(
            entries[name],
            Target(
                name=name,
                spec=spec,
                arrays=rules.arrays,
                shapes=shapes,
                compute_dtype=rules.compute_dtype,
                lenient=rules.lenient,
            ),
        )
        for name, spec in rules.arrays.items()
        if name in entries
    }
    for name, recipe in recipes.items():
        operand = recipes.get(recipe.of)
        if operand is not None and operand.kind == "linear_of":
            entries[name].fault(f"multiplies `{recipe.of}`, which is such a product itself")
    return seed, recipes
