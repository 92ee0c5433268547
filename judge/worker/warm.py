"""Do ahead of time what every submission of a problem would do: its operations, on its shapes.

The program is the problem's own (`warmup.py` in its folder, which learners can read as well): trusted, and no
secret. What stays of it are JAX's caches: programs traced, and in a worker also compiled ones.
"""

import traceback
import types
from collections.abc import Mapping, Sequence
from typing import Any

import jax

from .values import argument

MODULE = "warm_up"
FILE = f"<{MODULE}>"
TEXT_LIMIT = 500


def warm_up(asked: Mapping[str, Any], *, abstract: bool) -> None:
    """Run a warm-up program.

    Args:
        asked: "source", "entry_point" and "calls": the described arguments of each call.
        abstract: only trace it: no backend is started, nothing is computed.

    Raises:
        BaseException: whatever the program raises.
    """
    function = _function(asked)
    for call in asked["calls"]:
        given = [argument(item, (), abstract=abstract) for item in call]
        if abstract:
            _trace(function, given)
        else:
            jax.block_until_ready(function(*given))


def told(failure: BaseException) -> str:
    """What went wrong in a warm-up program, and in which of its lines."""
    frames = traceback.extract_tb(failure.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == FILE]
    return f"{type(failure).__name__}: {failure}"[:TEXT_LIMIT] + (f" (line {lines[-1]})" if lines else "")


def _function(asked: Mapping[str, Any]) -> Any:  # noqa: ANN401 - the problem's own
    module = types.ModuleType(MODULE)
    exec(compile(asked["source"], FILE, "exec", dont_inherit=True), module.__dict__)  # noqa: S102 - trusted code
    found = module.__dict__.get(asked["entry_point"])
    if found is None:
        raise NameError(f"it defines no function `{asked['entry_point']}`")
    return found


def _trace(function: Any, given: Sequence[object]) -> None:  # noqa: ANN401 - the problem's own
    """Numbers are part of the program, as they are in a submission; arrays are what it is traced on."""
    leaves, tree = jax.tree.flatten(given)
    places = [place for place, leaf in enumerate(leaves) if isinstance(leaf, jax.ShapeDtypeStruct)]

    def step(arrays: list[Any]) -> object:
        filled = dict(enumerate(leaves)) | dict(zip(places, arrays, strict=True))
        return function(*jax.tree.unflatten(tree, [filled[place] for place in range(len(leaves))]))

    jax.eval_shape(step, [leaves[place] for place in places])
