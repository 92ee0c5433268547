"""Recipe, sizes and seed → one array. The only module of the loader that needs numpy.

Every number comes from elementwise IEEE arithmetic in float64 and a PCG64 stream of the array's own, so
neither the BLAS nor the number of threads nor the other arrays have a say in it.
"""

import hashlib
import json

import ml_dtypes
import numpy as np
import numpy.typing as npt

from judge.problem.model import Recipe

Float64 = npt.NDArray[np.float64]
AnyArray = npt.NDArray[np.generic]


def dtype_of(name: str) -> np.dtype[np.generic]:
    """The numpy dtype of that name, those of ml_dtypes among them."""
    return np.dtype(getattr(ml_dtypes, name, None) or name)


def draw(recipe: Recipe, shape: tuple[int, ...], *, seed: int, name: str) -> Float64:
    """Values of a recipe that needs no other array, float64, before rows and grid.

    `name` is the array's: arrays of one seed have independent streams.
    """
    key = hashlib.sha256(json.dumps([seed, name]).encode()).digest()
    generator = np.random.Generator(np.random.PCG64(int.from_bytes(key[:16], "little")))
    match recipe.kind:
        case "normal":
            return generator.standard_normal(shape) * recipe.values[0]
        case "uniform":
            low, high = recipe.values
            fraction = generator.random(shape)
            return low * (1.0 - fraction) + high * fraction
        case _:
            choices = np.asarray(recipe.values, np.float64)
            return choices[generator.integers(0, len(choices), shape)]


def product(recipe: Recipe, operand: AnyArray, weights: AnyArray) -> Float64:
    """`factor · (operand @ weights)`: both rounded to the recipe's dtype first, and so is the product.

    (…, K) by (K, M) gives (…, M), float64. Sums run in float64 and are rounded once; the order of the
    additions is fixed, which that of a BLAS isn't.
    """
    left, right = round_to(operand, recipe.dtype), round_to(weights, recipe.dtype)
    total = np.zeros((*left.shape[:-1], right.shape[-1]))
    for k in range(right.shape[0]):
        total += left[..., k, np.newaxis] * right[k]
    return recipe.values[0] * round_to(total, recipe.dtype)


def finish(values: Float64, recipe: Recipe, *, compute_dtype: str | None, dtype: str) -> AnyArray:
    """Rows, their factors and the grid of the recipe, then the array's own dtype."""
    values = arrange_rows(values, recipe.rows)
    if recipe.row_factors:
        values = values * np.asarray(recipe.row_factors).reshape(-1, *[1] * (values.ndim - 1))
    if recipe.off_grid and compute_dtype is not None:
        values = move_off_grid(values, recipe.off_grid, compute_dtype)
    with np.errstate(over="ignore"):  # whoever calls looks for infinities
        return values.astype(dtype_of(dtype))


def arrange_rows(values: Float64, rows: str) -> Float64:
    """Identical: every row is the first. Antisymmetric: row 2k+1 is minus row 2k."""
    match rows:
        case "identical":
            return np.broadcast_to(values[:1], values.shape).copy()
        case "antisymmetric":
            values = values.copy()
            values[1::2] = -values[::2]
            return values
        case _:
            return values


def round_to(values: AnyArray, dtype: str) -> Float64:
    """The nearest values of `dtype`, as float64; those beyond its range are infinite."""
    with np.errstate(over="ignore"):
        return values.astype(np.float64).astype(dtype_of(dtype)).astype(np.float64)


def move_off_grid(values: Float64, distance: float, dtype: str) -> Float64:
    """Rounds to the grid of `dtype`, then moves each value by `distance` ulp: away from zero when positive.

    The ulp is the gap to the neighbour on that side: towards zero it is half as wide at a power of two. So
    with |distance| up to 0.499 rounding gives the grid value back, after float32 too. Zero isn't moved
    towards zero.
    """
    grid = round_to(values, dtype)
    info = ml_dtypes.finfo(dtype_of(dtype))
    mantissa, exponent = np.frexp(grid)  # grid = mantissa · 2**exponent, 0.5 <= |mantissa| < 1
    towards_zero = distance < 0
    at_power_of_two = np.abs(mantissa) == 0.5  # noqa: PLR2004 - frexp's lower end
    smallest = info.minexp - info.nmant
    gap_exponent = exponent - 1 - info.nmant - (at_power_of_two & towards_zero)
    gap = np.ldexp(1.0, np.where(grid == 0, smallest, np.maximum(gap_exponent, smallest)))
    moved = grid + np.copysign(gap, grid) * distance
    return np.where((grid == 0) & towards_zero, grid, moved)


def is_finite(values: AnyArray) -> bool:
    """Whether there is neither an infinity nor a NaN among them."""
    return bool(np.isfinite(values.astype(np.float64)).all())
