"""Data recipes: how the arrays of a case are made."""

from collections.abc import Mapping
from dataclasses import dataclass

from judge.problem.model import ArraySpec, Recipe, Rows
from judge.problem.node import IDENTIFIER, Node, given
from judge.problem.specs import FLOAT_DTYPES, WHOLE_RANGES

PRODUCT = "linear_of_"
ROWS: tuple[Rows, ...] = ("independent", "identical", "antisymmetric")  # the first is the default
MAX_MAGNITUDE = 1e37  # leaves float32 some room: its largest is 3.4e38
MAX_OFF_GRID = 1.0
MAX_SEED = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The array that a recipe is for.

    Attributes:
        arrays: every array of the problem.
        shapes: sizes of those of this case that are known and right.
        compute_dtype: of the problem.
        lenient: some array may be missing in `arrays` because its parameter has a fault.
    """

    name: str
    spec: ArraySpec
    arrays: Mapping[str, ArraySpec]
    shapes: Mapping[str, tuple[int, ...]]
    compute_dtype: str | None
    lenient: bool = False

    @property
    def shape(self) -> tuple[int, ...] | None:
        """Sizes of its axes, None when they have a fault."""
        return self.shapes.get(self.name)


def read_recipe(node: Node, target: Target) -> Recipe:
    """`{KIND: …, off_grid: q, rows: …, row_factors: […]}` with exactly one kind."""
    products = tuple(PRODUCT + name for name in target.arrays if name != target.name)
    kinds = ("normal", "uniform", "choice", *products)
    entries = node.mapping(optional=(*kinds, "off_grid", "rows", "row_factors"), lenient=target.lenient)
    chosen = [key for key in entries if key in kinds]
    if len(chosen) != 1:
        if node.clean and not target.lenient:
            node.fault(f"needs exactly one of {', '.join(kinds)}")
        return Recipe(kind="normal", values=(1.0,))
    rows = given(entries, "rows", lambda entry: _rows(entry, target), ROWS[0])
    factors = given(entries, "row_factors", lambda entry: _row_factors(entry, target), ())
    off_grid = given(entries, "off_grid", lambda entry: _off_grid(entry, target), 0.0)
    recipe = _kind(chosen[0], entries[chosen[0]], target)
    _check_dtype(entries[chosen[0]], recipe, target.spec.dtype)
    return Recipe(
        kind=recipe.kind,
        values=recipe.values,
        of=recipe.of,
        weights=recipe.weights,
        dtype=recipe.dtype,
        off_grid=off_grid,
        rows=rows,
        row_factors=factors,
    )


def _kind(kind: str, node: Node, target: Target) -> Recipe:
    match kind:
        case "normal":
            entries = node.mapping(optional=("scale",))
            scale = given(entries, "scale", lambda entry: entry.number(above=0, most=MAX_MAGNITUDE), 1.0)
            return Recipe(kind="normal", values=(scale,))
        case "uniform":
            return Recipe(kind="uniform", values=read_range(node))
        case "choice":
            values = tuple(_magnitude(item) for item in node.items(least=1))
            return Recipe(kind="choice", values=values)
        case _:
            return _linear(node, kind.removeprefix(PRODUCT), target)


def read_range(node: Node) -> tuple[float, float]:
    """`[low, high]`."""
    ends = node.items()
    if len(ends) != 2:  # noqa: PLR2004 - a range has two ends
        node.fault("must have two numbers, [low, high]")
        return (0.0, 1.0)
    low, high = (_magnitude(end) for end in ends)
    if node.clean and low > high:
        node.fault(f"has its low end {low:g} above its high end {high:g}")
    return (low, high)


def _magnitude(node: Node) -> float:
    return node.number(least=-MAX_MAGNITUDE, most=MAX_MAGNITUDE)


def _linear(node: Node, operand: str, target: Target) -> Recipe:
    entries = node.mapping(optional=("factor", "weights", "dtype"))
    rule = "the name of one of the reference's initial weights"
    factor = given(entries, "factor", _magnitude, 1.0)
    weights = given(entries, "weights", lambda entry: entry.matching(IDENTIFIER, rule), "initial")
    dtype = given(entries, "dtype", lambda entry: entry.one_of(FLOAT_DTYPES), "float32")
    shape, operand_shape = target.shape, target.shapes.get(operand)
    if shape is not None and operand_shape is not None:
        _check_product(node, target.name, shape, operand, operand_shape)
    return Recipe(kind="linear_of", values=(factor,), of=operand, weights=weights, dtype=dtype)


def _check_product(
    node: Node, name: str, shape: tuple[int, ...], operand: str, operand_shape: tuple[int, ...]
) -> None:
    """(…, K) times (K, M) is (…, M): all axes but the last are the same."""
    if not shape or not operand_shape:
        node.fault(f"multiplies matrices: `{name}` and `{operand}` need at least one axis")
    elif shape[:-1] != operand_shape[:-1]:
        sizes = f"`{operand}` is {list(operand_shape)} and `{name}` is {list(shape)}"
        node.fault(f"doesn't fit: all sizes but the last must be equal, and {sizes}")


def _rows(node: Node, target: Target) -> Rows:
    rows = node.one_of(ROWS)
    shape = target.shape
    if not node.clean or shape is None or rows == "independent":
        return rows
    if not shape:
        node.fault(f"`{rows}` needs an array with rows; `{target.name}` has no axes")
    elif rows == "antisymmetric" and shape[0] % 2:
        node.fault(f"`antisymmetric` needs an even number of rows; `{target.name}` has {shape[0]}")
    elif rows == "antisymmetric" and target.spec.dtype not in FLOAT_DTYPES:
        node.fault(f"`antisymmetric` needs an array of floats; `{target.name}` is {target.spec.dtype}")
    return rows


def _row_factors(node: Node, target: Target) -> tuple[float, ...]:
    factors = tuple(_magnitude(item) for item in node.items(least=1))
    if not node.clean:
        return ()
    if target.spec.dtype not in FLOAT_DTYPES:
        node.fault(f"is for arrays of floats; `{target.name}` is {target.spec.dtype}")
    elif target.shape is not None and len(factors) != (target.shape or (0,))[0]:
        rows = target.shape[0] if target.shape else "no"
        node.fault(f"needs a number for each row, not {len(factors)}; `{target.name}` has {rows} rows")
    return factors


def _off_grid(node: Node, target: Target) -> float:
    distance = node.number(least=-MAX_OFF_GRID, most=MAX_OFF_GRID)
    if node.clean and target.compute_dtype in (None, "float32"):
        node.fault("needs a `compute_dtype` below float32 in the problem: it is that grid which is left")
    elif node.clean and target.spec.dtype != "float32":
        node.fault(f"is for float32 arrays; `{target.name}` is {target.spec.dtype}")
    return distance


def _check_dtype(node: Node, recipe: Recipe, dtype: str) -> None:
    """Whole-number arrays are made of listed whole numbers only."""
    if dtype not in WHOLE_RANGES or not node.clean:
        return
    low, high = WHOLE_RANGES[dtype]
    if recipe.kind != "choice":
        node.fault(f"makes fractions; an array of {dtype} needs `choice` with whole numbers")
    elif not all(value.is_integer() and low <= value <= high for value in recipe.values):
        node.fault(f"must list whole numbers from {low} to {high}, as the array is {dtype}")
