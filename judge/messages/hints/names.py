"""Names that aren't there: attributes, arguments, dtypes, modules; some are those of another library."""

import re
from collections.abc import Mapping
from difflib import get_close_matches

from judge.messages.hints.trap import Rule, Trap

DTYPES = ("bfloat16", "float16", "float32", "float64", "int32", "int64", "uint8", "uint32", "bool")
SHORT_DTYPES: Mapping[str, str] = {
    "bf16": "bfloat16", "bfloat": "bfloat16", "brain": "bfloat16",
    "fp16": "float16", "f16": "float16", "half": "float16",
    "fp32": "float32", "f32": "float32", "single": "float32", "float": "float32",
    "fp64": "float64", "f64": "float64",
}  # fmt: skip
# What other libraries, and older versions of these, call it.
MEMBERS: Mapping[str, str] = {
    "to": "`x.astype(dtype)`",
    "type": "`x.astype(dtype)`",
    "cast": "`x.astype(dtype)`",
    "float": "`x.astype(jnp.float32)`",
    "half": "`x.astype(jnp.float16)`",
    "bfloat16": "`x.astype(jnp.bfloat16)`",
    "numpy": "`np.asarray(x)`",
    "cpu": "nothing: leave it out",
    "cuda": "nothing: leave it out",
    "detach": "`jax.lax.stop_gradient(x)`",
    "backward": "`jax.grad` of a function, or `nnx.value_and_grad`",
    "grad": "`jax.grad` of a function, or `nnx.value_and_grad`",
    "view": "`x.reshape(shape)`",
    "unsqueeze": "`jnp.expand_dims(x, axis)`",
    "apply_gradients": "`optimizer.update(model, grads)`",
    "zero_grad": "nothing: gradients are values here",
    "weight": "`kernel`, of shape (inputs, outputs)",
    "weights": "`kernel`, of shape (inputs, outputs)",
    "params": "`nnx.state(model, nnx.Param)`",
    "parameters": "`nnx.state(model, nnx.Param)`",
    "state_dict": "`nnx.state(model)`",
    "tree_map": "`jax.tree.map`",
    "tree_multimap": "`jax.tree.map`",
    "tree_leaves": "`jax.tree.leaves`",
}
IMPORTS: Mapping[str, str] = {
    "jax": "import jax",
    "jnp": "import jax.numpy as jnp",
    "np": "import numpy as np",
    "nnx": "from flax import nnx",
    "optax": "import optax",
    "lax": "from jax import lax",
    "partial": "from functools import partial",
}
NOTEBOOK_NAMES = ("display", "get_ipython", "In", "Out")
NOTEBOOK_WORDS = ("null", "true", "false")
THERE = "jax, flax, optax, numpy and Python's own library"


def attributes(trap: Trap) -> str | None:
    """`jnp.bfloat`, `x.to(…)`, `nnx.Liner`."""
    missing = re.search(r"(?:has no attribute|No attribute) '(\w+)'", trap.text)
    if trap.type != "AttributeError" or missing is None:
        return None
    name = missing[1]
    if trap.text.startswith("'NoneType'"):
        return f"the value before `.{name}` is None: what gave it has no `return`, or changes things in place"
    if "odule" in trap.text:
        there = f"`jnp.{SHORT_DTYPES[name]}`" if name in SHORT_DTYPES else None
        if name in DTYPES and "numpy" in trap.text:
            there = f"`jnp.{name}`: NumPy has no such dtype of its own"
        there = there or (MEMBERS.get(name) if name.startswith("tree_") else None)
        if there is not None:
            return f"there is no `{name}` here: it is {there}"
    elif name in MEMBERS and name not in trap.exception.near:
        return f"there is no `.{name}` here, which other libraries and versions have: it is {MEMBERS[name]}"
    near = trap.exception.near
    return f"there is no `{name}` here. Did you mean `{near[0]}`?" if near else None


def arguments(trap: Trap) -> str | None:
    """`optax.sgd(lr=0.1)`."""
    found = re.match(r"([\w.<>]+)\(\) got an unexpected keyword argument '(\w+)'", trap.text)
    if found is None or not trap.exception.near:
        return None
    name = found[1].rpartition("<locals>.")[2].removesuffix(".__init__")
    known = trap.exception.near
    close = get_close_matches(found[2], known, n=1)
    named = ", ".join(f"`{one}`" for one in known)
    return (
        f"`{name}` has no argument `{found[2]}`. Did you mean `{close[0]}`?"
        if close
        else f"`{name}` has no argument `{found[2]}`; it takes {named}"
    )


def dtypes(trap: Trap) -> str | None:
    """`x.astype("bf16")`."""
    found = re.search(r"data type '([^']{1,40})' not understood", trap.text)
    if trap.type != "TypeError" or found is None:
        return None
    name = SHORT_DTYPES.get(found[1].lower()) or next(
        iter(get_close_matches(found[1].lower(), DTYPES, n=1)), None
    )
    meant = f"did you mean `jnp.{name}`?" if name else f"there are {', '.join(DTYPES)}"
    return f"there is no dtype '{found[1]}': {meant}"


def modules(trap: Trap) -> str | None:
    """`import torch`."""
    found = re.match(r"No module named '([\w.]+)'", trap.text)
    if trap.type == "ModuleNotFoundError" and found is not None:
        return f"`{found[1]}` isn't installed where submissions run; there are {THERE}"
    found = re.match(r"cannot import name '(\w+)' from '([\w.]+)'", trap.text)
    if trap.type == "ImportError" and found is not None and trap.exception.near:
        return f"`{found[2]}` has no `{found[1]}`. Did you mean `{trap.exception.near[0]}`?"
    return None


def unknown(trap: Trap) -> str | None:
    """`jnp` that was never imported."""
    found = re.match(r"name '(\w+)' is not defined", trap.text)
    if trap.type != "NameError" or found is None:
        return None
    name = found[1]
    if name in NOTEBOOK_WORDS and trap.source.lstrip().startswith("{") and '"cells"' in trap.source:
        return "this is a notebook's own file: call it .ipynb, then its code is judged"
    if name in NOTEBOOK_NAMES:
        return (
            f"only a notebook has `{name}`, and submissions run without one: delete it, or tag its cell "
            "`judge-skip`"
        )
    if name in IMPORTS:
        return f"`{name}` was never imported: write `{IMPORTS[name]}` at the top of the file"
    near = trap.exception.near
    return f"there is no `{name}`. Did you mean `{near[0]}`?" if near else None


RULES: tuple[Rule, ...] = (attributes, arguments, dtypes, modules, unknown)
