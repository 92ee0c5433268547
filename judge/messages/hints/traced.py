"""Values without a number yet: JAX differentiates and compiles a function by running it on placeholders."""

import ast

from judge.messages.hints.trap import Rule, Trap

_CONVERTED = {"ConcretizationTypeError", "TracerArrayConversionError"}
_FORMATTED = "unsupported format string passed to "
_WHY = "has no number yet where JAX differentiates or compiles a function"
_KEEP = "to use the number afterwards, return it beside the loss, with `has_aux=True`"
_READERS = ("float", "int", "complex", "bool", "item", "tolist")
_BRANCHES = (ast.If, ast.IfExp, ast.While)


def formatted(trap: Trap) -> str | None:
    """`f"{loss:.3f}"` of a placeholder."""
    if trap.type != "TypeError" or not trap.text.startswith(_FORMATTED) or "Tracer" not in trap.text:
        return None
    parts = [node for node in trap.nodes if isinstance(node, ast.FormattedValue)]
    return _shown(trap.code(parts[0].value) if parts else None)


def converted(trap: Trap) -> str | None:
    """`float(loss)`, `loss.item()`, `np.asarray(x)`, `math.sqrt(x)` of a placeholder."""
    if trap.type not in _CONVERTED:
        return None
    for call in trap.calls(*_READERS):
        if isinstance(call.func, ast.Name) and call.args:
            return _shown(trap.code(call.args[0]))
        if isinstance(call.func, ast.Attribute):
            return _shown(trap.code(call.func.value))
    for node in trap.nodes:
        if isinstance(node, ast.Call) and (module := _module(node.func)) is not None:
            return _in_jnp(trap, node, module)
    if "traced array with shape int" in trap.text:  # `jnp.split(x, parts)`, `jnp.arange(count)`
        return (
            f"a whole number is needed here, and this one {_WHY}: use a Python number, or tell `jax.jit` that"
            " this argument is one, with `static_argnames`"
        )
    return _shown(None)


def branched(trap: Trap) -> str | None:
    """`if loss > 1:`, `while`, `assert`, `and` of a placeholder."""
    if trap.type != "TracerBoolConversionError":
        return None
    asserted = next((node for node in trap.nodes if isinstance(node, ast.Assert)), None)
    if asserted is not None:
        what = _quoted(trap.code(asserted.test), "the condition")
        return f"{what} {_WHY}: leave the check out, or make it on what the function returned"
    branch = next((node for node in trap.nodes if isinstance(node, _BRANCHES)), None)
    what = _quoted(trap.code(branch.test) if branch is not None else None, "the condition")
    remedy = "choose between two values with `jnp.where(condition, this, that)`, or with `jax.lax.cond`"
    if isinstance(branch, ast.While):
        remedy = "repeat a known number of times with `for`, or with `jax.lax.while_loop`"
    return f"{what} {_WHY}, so that nobody can tell yet whether it is true: {remedy}"


def counted(trap: Trap) -> str | None:
    """A placeholder as an index of a list, a length or the end of a `range`."""
    if trap.type != "TracerIntegerConversionError" and not (
        trap.type == "TypeError" and trap.text.startswith("Shapes must be 1D") and "Tracer" in trap.text
    ):
        return None
    return (
        f"a whole number is needed here, and this one {_WHY}: use a Python number, such as one of `x.shape`,"
        " or index an array of `jnp` with it"
    )


def selected(trap: Trap) -> str | None:
    """`x[x > 0]` of a placeholder."""
    if trap.type != "NonConcreteBooleanIndexError":
        return None
    return f"how many elements are chosen {_WHY}: keep all of them, with `jnp.where(mask, x, 0)`"


def leaked(trap: Trap) -> str | None:
    """A placeholder that was put aside and used when its function was over."""
    if trap.type != "UnexpectedTracerError":
        return None
    return (
        "a value from inside of a function that JAX differentiates or compiles was kept (in a list, an"
        " attribute, an outer name) and used when that was over: return it instead, with `has_aux=True`"
    )


def changed_inside(trap: Trap) -> str | None:
    """A model from outside, changed in the function that is differentiated."""
    if trap.type != "TraceContextError":
        return None
    return (
        "the model from outside is changed in a function that JAX differentiates or compiles. Change a copy"
        " there: `graphdef, state = nnx.split(model)`, cast the leaves of `state` with `jax.tree.map`, and"
        " use `nnx.merge(graphdef, state)`"
    )


def _shown(code: str | None) -> str:
    what = code or "value"
    return f'`{what}` {_WHY}: to see it, write `jax.debug.print("{{}}", {what})`; {_KEEP}'


def _in_jnp(trap: Trap, call: ast.Call, module: str) -> str:
    function = trap.code(call.func) or f"{module}.{getattr(call.func, 'attr', 'array')}"
    name = function.rpartition(".")[2]
    name = {"asarray": "asarray", "array": "asarray", "fabs": "abs"}.get(name, name)
    what = _quoted(trap.code(call.args[0]) if call.args else None, "its argument")
    return (
        f"`{function}` needs numbers, and {what} {_WHY}: use `jnp.{name}` in place of `{function}`, or call"
        " it on what the function returned"
    )


def _module(function: ast.expr) -> str | None:
    """The module that a call such as `np.mean(x)` names, where it is one that computes with numbers."""
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        return function.value.id if function.value.id in {"np", "numpy", "math", "onp"} else None
    return None


def _quoted(code: str | None, otherwise: str) -> str:
    return otherwise if code is None else f"`{code}`"


RULES: tuple[Rule, ...] = (formatted, converted, branched, counted, selected, leaked, changed_inside)
