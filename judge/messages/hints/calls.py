"""Functions of JAX, Flax and optax that were called with something else than they take."""

import re

from judge.messages.hints.trap import Rule, Trap

_SEED_TEXTS = (
    "Invalid rng value",
    "PRNG key seed must be an integer",
    "SeedSequence expects int",
    "Cannot cast scalar from dtype('float64')",
)
_GRADIENT_OF = "Gradient only defined for scalar-output functions. Output "
_ONE_NUMBER = "what is differentiated has to give one number, of shape ()"
_CAST_TREE = "`jax.tree.map(lambda leaf: leaf.astype(jnp.bfloat16), tree)`"
_CARRY = re.compile(r"has type (\w+\[[\d,]*\]).*?component.*? has type (\w+\[[\d,]*\])", re.DOTALL)


def float_seed(trap: Trap) -> str | None:
    """A random key from a number with a fraction."""
    if trap.type not in {"ValueError", "TypeError"}:
        return None
    seed = trap.role("seed")
    if any(text in trap.text for text in _SEED_TEXTS):
        if trap.text.startswith(_SEED_TEXTS[0]) and "Tracer" in trap.text:
            number = f"`{seed}`" if seed else "its number"
            return (
                f"a random key is made here, and {number} isn't known yet where a function is compiled: make"
                " the model before that, and hand it over"
            )
        known = [node for call in trap.nodes if (node := trap.code(call)) == seed]
        what = f"`{seed}` is a float" if known else "this is none"
        return f"a random key is made from a whole number, and {what}: write `int({seed or 'seed'})`"
    if trap.text.startswith("'float' object cannot be interpreted as an integer"):
        return "a whole number is needed here, and this is a float: write `int(...)` around it"
    if trap.text.startswith("Shapes must be 1D sequences") and "Tracer" not in trap.text:
        return "a shape is made of whole numbers, such as `x.shape[-1]`: one of these is none"
    return None


def optimizer(trap: Trap) -> str | None:
    """What `nnx.Optimizer` asks for since Flax 0.11."""
    if trap.text.startswith("Missing required argument `wrt`"):
        return "`nnx.Optimizer` has to be told what it updates: `nnx.Optimizer(model, tx, wrt=nnx.Param)`"
    if trap.text.startswith("Missing required argument `grads`"):
        return "the optimizer is given the model as well: `optimizer.update(model, grads)`"
    if trap.text.endswith("missing 1 required keyword-only argument: 'rngs'"):
        seed = trap.role("seed")
        return f"a layer needs random keys for its weights: `rngs=nnx.Rngs(int({seed or 'seed'}))`"
    return None


def gradient(trap: Trap) -> str | None:
    """`jax.grad` of something that isn't one number."""
    if not trap.text.startswith(_GRADIENT_OF):
        return None
    output = trap.text.removeprefix(_GRADIENT_OF)
    if output.startswith("was None"):
        return f"{_ONE_NUMBER}, and this function gives nothing: its `return` is missing"
    if output.startswith("had shape"):
        shape = output.removeprefix("had shape: ").rstrip(".")
        remedy = "reshape it outside of this function" if shape in {"(1,)", "(1, 1)"} else "take its mean"
        return f"{_ONE_NUMBER}, and this function gives an array of shape {shape}: {remedy}"
    return f"{_ONE_NUMBER}; what else the function returns needs `has_aux=True`: `return loss, more`"


def several(trap: Trap) -> str | None:
    """`(loss, aux), grads = …` without `has_aux`, or the other way round."""
    if trap.type == "TypeError" and trap.text.startswith("iteration over a 0-d array"):
        return (
            "one number is taken apart here: `value_and_grad` gives `loss, grads`, and with `has_aux=True`"
            " `(loss, more), grads`"
        )
    return None


def trees(trap: Trap) -> str | None:
    """A tree of arrays that is used like an array."""
    tree = re.match(
        r"No attribute '(\w+)' in (State)|'(dict|list|tuple)' object has no attribute '(\w+)'", trap.text
    )
    if trap.type == "AttributeError" and tree is not None and "astype" in {tree[1], tree[4]}:
        kind = tree[2] or tree[3]
        return f"a `{kind}` is a tree of arrays, and each leaf is cast by itself: {_CAST_TREE}"
    found = re.match(r"unsupported operand type\(s\) for (\S+): '(\w+)' and '(\w+)'", trap.text)
    if found is not None and {"State", "dict"} & {found[2], found[3]}:
        sign = found[1].rstrip(":").removesuffix("=")
        kind = found[2] if found[2] in {"State", "dict"} else found[3]
        return (
            f"a `{kind}` is a tree of arrays, and `{sign}` works on each leaf:"
            f" `jax.tree.map(lambda leaf: leaf {sign} ..., tree)`"
        )
    if trap.text == "'State' object is not callable":
        return "a `State` holds parameters, it is no model: `nnx.merge(graphdef, state)` makes one of it"
    return None


def immutable(trap: Trap) -> str | None:
    """`x[0] = 1`."""
    if trap.text.startswith("JAX arrays are immutable"):
        return "an array of JAX can't be changed: `x = x.at[0].set(1)` makes a new one"
    return None


def loop_types(trap: Trap) -> str | None:
    """A loop whose carry changes its dtype or shape."""
    if "carry input and carry output must have equal types" not in trap.text:
        return None
    found = _CARRY.search(trap.text)
    types = f": it goes in as {found[1]} and comes out as {found[2]}" if found else ""
    return f"what a loop carries keeps its dtype and shape{types}. Cast it back at the end of the body"


RULES: tuple[Rule, ...] = (float_seed, optimizer, gradient, several, trees, immutable, loop_types)
