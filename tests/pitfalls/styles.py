"""Right submissions in many styles, with slots that a mistake fills with something else.

A style is a text with `{slot}` in it; SLOTS says what each slot holds when it is right. A style that lacks
a slot can't make that
mistake. `MISTAKES` maps a name (pitfall id, or id and nuance) to the slots it fills; the line of the filled
slot is
the one to be named, unless `elsewhere` says otherwise.
"""

from collections.abc import Iterator
from dataclasses import dataclass

HEAD = """import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

"""

SLOTS = {
    "x16": "x.astype(jnp.bfloat16)",
    "y16": "y.astype(jnp.bfloat16)",
    "p16": "p.astype(jnp.bfloat16)",
    "q16": "p.astype(jnp.bfloat16)",
    "error": "pred - t",
    "scaled": "loss.astype(jnp.float32) * loss_scale",
    "unscaled": "g / loss_scale",
    "lr": "lr",
    "seed": "int(seed)",
    "master": "p",
    "stored": "p",
    "moved": "p - lr * g",
    "final": "final.astype(jnp.float32)",
    "shape": "reshape(1)",
    "evaluated": "params",
}

STYLES = {
    "nnx_split_merge": """
def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs({seed}))
    optimizer = nnx.Optimizer(model, optax.sgd({lr}), wrt=nnx.Param)

    def mse(model):
        graphdef, state = nnx.split(model, nnx.Param)
        half = nnx.merge(graphdef, jax.tree.map(lambda p: {p16}, state))
        pred = half({x16})
        t = {y16}
        return jnp.mean(({error}) ** 2)

    def scaled_loss(model):
        loss = mse(model)
        return {scaled}

    grads = nnx.grad(scaled_loss)(model)
    grads = jax.tree.map(lambda g: {unscaled}, grads)
    optimizer.update(model, grads)
    nnx.update(model, jax.tree.map(lambda p: {stored}, nnx.state(model, nnx.Param)))
    final = mse(model)
    return {final}.{shape}
""",
    "functional_dict": """
def forward(params, x):
    return x @ params["w"] + params["b"]


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs({seed}))
    params = {{"w": layer.kernel[...], "b": layer.bias[...]}}
    params = jax.tree.map(lambda p: {master}, params)
    inputs = {x16}
    t = {y16}

    def mse(params):
        half = jax.tree.map(lambda p: {p16}, params)
        pred = forward(half, inputs)
        return jnp.mean(jnp.square({error}))

    def scaled_loss(params):
        loss = mse(params)
        return {scaled}

    grads = jax.grad(scaled_loss)(params)
    grads = jax.tree.map(lambda g: {unscaled}, grads)
    params = jax.tree.map(lambda p, g: {moved}, params, grads)
    params = jax.tree.map(lambda p: {stored}, params)
    final = mse(params)
    return {final}.{shape}
""",
    "jitted_with_vjp": """
@jax.jit
def step(kernel, bias, x, y, lr, loss_scale):
    inputs = {x16}
    t = {y16}

    def mse(kernel, bias):
        kernel, bias = (({p16}) for p in (kernel, bias))
        pred = jnp.einsum("ni,io->no", inputs, kernel) + bias
        error = {error}
        return jnp.sum(error * error) / error.size

    def scaled_loss(kernel, bias):
        loss = mse(kernel, bias)
        return {scaled}

    value, pullback = jax.vjp(scaled_loss, kernel, bias)
    grads = pullback(jnp.ones_like(value))
    grads = [{unscaled} for g in grads]
    moved = [{moved} for p, g in zip((kernel, bias), grads)]
    final = mse(*moved)
    return {final}


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs({seed}))
    loss = step(layer.kernel[...], layer.bias[...], x, y, lr, loss_scale)
    return loss.{shape}
""",
    "optax_functional": """
class Trainer:
    def __init__(self, lr, loss_scale):
        self.tx = optax.chain(optax.identity(), optax.sgd({lr}))
        self.loss_scale = loss_scale

    def mse(self, params, x, y):
        w, b = [{p16} for p in params]
        pred = jax.lax.dot_general({x16}, w, (((1,), (0,)), ((), ()))) + b
        t = {y16}
        error = {error}
        return (error**2).mean()

    def loss(self, params, x, y):
        loss, loss_scale = self.mse(params, x, y), self.loss_scale
        return {scaled}

    def step(self, params, x, y):
        grads, loss_scale = jax.grad(self.loss)(params, x, y), self.loss_scale
        grads = [{unscaled} for g in grads]
        updates, _ = self.tx.update(grads, self.tx.init(params), params)
        return optax.apply_updates(params, updates)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs({seed}))
    trainer = Trainer(lr, loss_scale)
    params = [layer.kernel[...], layer.bias[...]]
    params = [{master} for p in params]
    params = trainer.step(params, x, y)
    params = [{stored} for p in params]
    final = trainer.mse(params, x, y)
    return {final}.{shape}
""",
    "prints_its_loss": """
def half(p):
    return {p16}


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs({seed}))
    w, b = model.kernel[...], model.bias[...]
    inputs = {x16}
    t = {y16}

    def mse(w, b):
        pred = jnp.dot(inputs, half(w)) + half(b)
        return jnp.mean(({error}) ** 2)

    def scaled_loss(w, b):
        loss = mse(w, b)
        return {scaled}

    value, grads = jax.value_and_grad(scaled_loss, argnums=(0, 1))(w, b)
    print("loss", float(value), np.asarray(grads[1]).max())
    if not np.isfinite(float(value)):
        raise FloatingPointError("the loss is not finite")
    grads = [{unscaled} for g in grads]
    w, b = [{moved} for p, g in zip((w, b), grads)]
    final = mse(w, b)
    return {final}.{shape}
""",
    "nnx_linear_dtype": """
def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], dtype=jnp.bfloat16, rngs=nnx.Rngs({seed}))
    optimizer = nnx.Optimizer(model, optax.sgd({lr}), wrt=nnx.Param)

    @nnx.jit
    def mse(model, x, y):
        t = {y16}
        pred = model(x)
        return jnp.mean(({error}) ** 2)

    @nnx.value_and_grad
    def run(model, x, y):
        loss = mse(model, x, y)
        return {scaled}

    _, grads = run(model, x, y)
    optimizer.update(model, jax.tree.map(lambda g: {unscaled}, grads))
    final = mse(model, x, y)
    return {final}.{shape}
""",
    "aux_and_scan": """
def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs({seed}))

    def objective(params):
        w, b = (({p16}) for p in params)
        t = {y16}
        pred = jax.vmap(lambda row: row @ w + b)({x16})
        loss = jnp.mean(({error}) ** 2)
        return {scaled}, loss

    def body(params, _):
        grads, _ = jax.grad(objective, has_aux=True)(params)
        grads = jax.tree.map(lambda g: {unscaled}, grads)
        return jax.tree.map(lambda p, g: {moved}, params, grads), None

    params, _ = jax.lax.scan(body, (layer.kernel[...], layer.bias[...]), None, length=1)
    final = objective(params)[1]
    return {final}.{shape}
""",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """What goes into the slots, and which ids are right; `marks` are the slots whose line may be named."""

    slots: dict[str, str]
    ids: tuple[str, ...]
    marks: tuple[str, ...] = ()
    severity: str = "error"

    @property
    def marked(self) -> tuple[str, ...]:
        return self.marks or tuple(self.slots)


BF16 = "jnp.bfloat16"
MISTAKES = {
    "master-downcast/before": Mistake(slots={"master": f"p.astype({BF16})"}, ids=("master-downcast",)),
    "master-downcast/stored": Mistake(slots={"stored": f"p.astype({BF16})"}, ids=("master-downcast",)),
    "unscaled-grads": Mistake(slots={"unscaled": "g"}, ids=("unscaled-grads",), marks=("moved", "update")),
    "doubly-unscaled-grads": Mistake(
        slots={"unscaled": "g / loss_scale / loss_scale"}, ids=("doubly-unscaled-grads",)
    ),
    "missing-loss-scale": Mistake(
        slots={"scaled": "loss.astype(jnp.float32)"},
        ids=("missing-loss-scale",),
        marks=("scaled", "pullback"),
    ),
    "missing-loss-scale/nowhere": Mistake(
        slots={"scaled": "loss.astype(jnp.float32)", "unscaled": "g"},
        ids=("missing-loss-scale",),
        marks=("scaled", "pullback"),
    ),
    "low-precision-loss-scale": Mistake(
        slots={"scaled": "loss * loss_scale"}, ids=("low-precision-loss-scale",)
    ),
    "low-precision-loss-scale/rounded": Mistake(
        slots={"scaled": f"loss.astype(jnp.float32) * jnp.asarray(loss_scale, {BF16}).astype(jnp.float32)"},
        ids=("low-precision-loss-scale",),
    ),
    "low-precision-unscale": Mistake(
        slots={"unscaled": f"g.astype({BF16}) / loss_scale"}, ids=("low-precision-unscale",)
    ),
    "low-precision-grads": Mistake(
        slots={"unscaled": f"(g / loss_scale).astype({BF16})"}, ids=("low-precision-grads",)
    ),
    "low-precision-grads/round-trip": Mistake(
        slots={"unscaled": f"(g / loss_scale).astype({BF16}).astype(jnp.float32)"},
        ids=("low-precision-grads",),
    ),
    "low-precision-grads/harmless": Mistake(
        slots={"unscaled": f"g.astype({BF16}).astype(jnp.float32) / loss_scale"},
        ids=("low-precision-grads",),
        severity="warning",
    ),
    "low-precision-update/increment": Mistake(
        slots={"moved": f"p - (lr * g).astype({BF16})"}, ids=("low-precision-update",)
    ),
    "low-precision-update/whole": Mistake(
        slots={"moved": f"(p.astype({BF16}) - lr * g.astype({BF16})).astype(jnp.float32)"},
        ids=("low-precision-update", "master-downcast", "low-precision-grads"),
    ),
    "uncast-inputs": Mistake(slots={"x16": "x"}, ids=("uncast-inputs",), marks=("pred",)),
    "uncast-targets": Mistake(slots={"y16": "y"}, ids=("uncast-targets",), marks=("error",)),
    "full-precision-forward": Mistake(slots={"p16": "p"}, ids=("full-precision-forward",), marks=("pred",)),
    "full-precision-forward/promoted": Mistake(
        slots={"p16": f"p.astype({BF16}).astype(jnp.float32)"},
        ids=("full-precision-forward",),
        marks=("pred", "p16"),
    ),
    "wrong-half-dtype": Mistake(
        slots={
            "p16": "p.astype(jnp.float16)",
            "x16": "x.astype(jnp.float16)",
            "y16": "y.astype(jnp.float16)",
        },
        ids=("wrong-half-dtype",),
    ),
    "scaled-loss-returned": Mistake(
        slots={"final": "(final.astype(jnp.float32) * loss_scale)"}, ids=("scaled-loss-returned",)
    ),
    "seed-ignored": Mistake(slots={"seed": "0"}, ids=("seed-ignored",)),
    "lr-ignored/optax": Mistake(slots={"lr": "0.01"}, ids=("lr-ignored",), marks=("lr", "update")),
    "lr-ignored/by-hand": Mistake(slots={"moved": "p - 0.01 * g"}, ids=("lr-ignored",)),
    "wrong-output-shape": Mistake(slots={"shape": "reshape(())"}, ids=("wrong-output-shape",)),
    "wrong-output-dtype": Mistake(slots={"final": "final"}, ids=("wrong-output-dtype",), marks=("shape",)),
}

LOOK = {
    "update": (".update(",),
    "pullback": ("pullback(", "jax.grad(", "nnx.grad(", "run(model", "value_and_grad("),
    "pred": ("pred =", "x @ params", "model(x)", "row @ w"),
}


def written(style: str, slots: dict[str, str]) -> str:
    """The submission with these slots filled, the others being right."""
    return HEAD + STYLES[style].format(**SLOTS | slots)


def lines(style: str, mistake: Mistake) -> set[int]:
    """The lines that may be named."""
    found: set[int] = set()
    for number, text in enumerate((HEAD + STYLES[style]).splitlines(), start=1):
        for mark in mistake.marked:
            if f"{{{mark}}}" in text or any(part in text for part in LOOK.get(mark, ())):
                found.add(number)
    return found


def fitting() -> Iterator[tuple[str, str]]:
    """(style, mistake) for every mistake whose slots the style has."""
    for style, text in STYLES.items():
        for name, mistake in MISTAKES.items():
            if all(
                f"{{{slot}}}" in text
                for slot in mistake.slots
                if slot not in {"p16", "x16"} or name != "wrong-half-dtype"
            ):
                if name == "wrong-half-dtype" and "{p16}" not in text:
                    continue
                yield style, name
