"""The line to name is where a wrong dtype, constant or default is written, and not where it is used."""

import ast
import re
from collections.abc import Callable

import pytest
from matrix.diagnosing import diagnosed
from thinned import thinned

from judge.flow.program import Frame
from judge.pitfalls.reading.source import Source
from judge.pitfalls.reading.written.origins import cast_origins, chosen_at, default_at
from judge.pitfalls.reading.written.overridden import asked_in_vain, merged_over, set_in_copy
from judge.pitfalls.reading.written.switches import switched_at

HEAD = """
from dataclasses import dataclass, replace
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

BF, F32 = jnp.bfloat16, jnp.float32
"""
STEP = """
def masters_of(seed, x, y):
    linear = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    return linear.kernel[...], linear.bias[...]


def mixed_precision_step(seed, x, y, lr, loss_scale):
    masters = masters_of(seed, x, y)
    grads = jax.grad(lambda p: mse(p, x, y).astype(F32) * loss_scale)(masters)
    masters = tuple(p - lr * (g / loss_scale) for p, g in zip(masters, grads))
    return mse(masters, x, y).astype(F32).reshape(1)
"""
PARTS = """
def accumulated_step(seed, x, y, lr, micro_batches):
    linear = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = linear.kernel[...], linear.bias[...]
    rows = zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))
    grads = [jax.grad(mse)(masters, a, b) for a, b in rows]
    masters = [p - lr * total([g[i] for g in grads]) / micro_batches for i, p in enumerate(masters)]
    return mse(masters, x, y).astype(F32).reshape(1)
"""
LOSS = """
def mse(p, x, y):
    w, b, x, y = (v.astype(BF) for v in (*p, x, y))
    return jnp.mean((x @ w + b - y) ** 2)
"""
TABLE = 'KINDS = {"full": jnp.float32, "half": jnp.float16, "brain-16": jnp.bfloat16}\n'

MISTAKES = {
    "an optimizer that a helper makes at a rate of its own": LOSS
    + """
def made(masters, lr=0.1):
    tx = optax.sgd(lr)
    return tx, tx.init(masters)

def mixed_precision_step(seed, x, y, lr, loss_scale):
    linear = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = linear.kernel[...], linear.bias[...]
    tx, state = made(masters)  #@ lr-ignored
    grads = jax.grad(lambda p: mse(p, x, y).astype(F32) * loss_scale)(masters)
    updates, _ = tx.update(tuple(g / loss_scale for g in grads), state)
    return mse(optax.apply_updates(masters, updates), x, y).astype(F32).reshape(1)
""",
    "a copy by which the masters are replaced after they were looked at": LOSS
    + """
def mixed_precision_step(seed, x, y, lr, loss_scale):
    linear = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = linear.kernel[...], linear.bias[...]
    half = tuple(m.astype(BF) for m in masters)
    total = [jnp.zeros_like(m) for m in masters]
    grads = jax.grad(lambda p: mse(p, x, y).astype(F32) * loss_scale)(half)
    total = [t + g.astype(F32) / loss_scale for t, g in zip(total, grads)]
    masters = tuple(p - lr * g for p, g in zip(half, total))  #@ master-downcast
    return mse(masters, x, y).astype(F32).reshape(1)
""",
    "a rate that is divided by the scale once more, in the call of the optimizer": LOSS
    + """
def mixed_precision_step(seed, x, y, lr, loss_scale):
    linear = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = linear.kernel[...], linear.bias[...]
    tx = optax.sgd(float(lr) / float(loss_scale))  #@ doubly-unscaled-grads
    grads = jax.grad(lambda p: mse(p, x, y).astype(F32) * loss_scale)(masters)
    grads = tuple(g / loss_scale for g in grads)
    updates, _ = tx.update(grads, tx.init(masters))
    return mse(optax.apply_updates(masters, updates), x, y).astype(F32).reshape(1)
""",
    "a scan whose carry gives the second of two casts its dtype": LOSS
    + """
def mixed_precision_step(seed, x, y, lr, loss_scale):
    linear = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))

    def body(masters, _):
        grads = jax.grad(lambda p: mse(p, x, y).astype(F32) * loss_scale)(masters)
        grads = jax.tree.map(lambda g: g / loss_scale, grads)
        return jax.tree.map(
            lambda p, g: (p - (lr * g).astype(jnp.bfloat16)).astype(p.dtype),  #@ low-precision-update
            masters, grads), None

    masters, _ = jax.lax.scan(body, (linear.kernel[...], linear.bias[...]), None, length=1)
    return mse(masters, x, y).astype(F32).reshape(1)
""",
    "a record that is made without the seed": LOSS
    + """
@dataclass
class Config:
    rate: float
    seed: int = 0

def made(config, x, y):
    return nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(config.seed))

def mixed_precision_step(seed, x, y, lr, loss_scale):
    config = Config(rate=lr)  #@ seed-ignored
    linear = made(config, x, y)
    masters = linear.kernel[...], linear.bias[...]
    grads = jax.grad(lambda p: mse(p, x, y).astype(F32) * loss_scale)(masters)
    masters = tuple(p - config.rate * (g / loss_scale) for p, g in zip(masters, grads))
    return mse(masters, x, y).astype(F32).reshape(1)
""",
    "a key that a default chooses": TABLE
    + """
class Caster:
    def __init__(self, kind="half"):  #@ wrong-half-dtype
        self.kind = KINDS[kind]

    def __call__(self, tree):
        return jax.tree.map(lambda leaf: leaf.astype(self.kind), tree)

def mse(p, x, y):
    (w, b), x, y = Caster()((p, x, y))
    return jnp.mean((x @ w + b - y) ** 2)
"""
    + STEP,
    "a key that a constant chooses": TABLE
    + """
CHOICE = "half"  #@ wrong-half-dtype

def cast(tree, kind=CHOICE):
    return jax.tree.map(lambda leaf: leaf.astype(KINDS[kind]), tree)

def mse(p, x, y):
    (w, b), x, y = cast((p, x, y))
    return jnp.mean((x @ w + b - y) ** 2)
"""
    + STEP,
    "a dtype that is made of a text": """
small = jnp.dtype("f2")  #@ wrong-half-dtype

def mse(p, x, y):
    w, b, x, y = (v.astype(small) for v in (*p, x, y))
    return jnp.mean((x @ w + b - y) ** 2)
"""
    + STEP,
    "a setting of a table that a helper takes apart": """
SETTINGS = {
    "precision": "half",  #@ wrong-half-dtype
    "name": "sgd",
}

def parts_of(settings):
    return jnp.dtype(settings["precision"]), getattr(optax, settings["name"])

KIND, make = parts_of(SETTINGS)

def mse(p, x, y):
    w, b, x, y = (v.astype(KIND) for v in (*p, x, y))
    return jnp.mean((x @ w + b - y) ** 2)
"""
    + STEP,
    "a sum by its default": LOSS
    + """
def rounded(value, dtype):
    return value.astype(dtype)

def total(parts, dtype=BF):  #@ low-precision-accumulator
    return rounded(sum(parts), dtype).astype(F32)
"""
    + PARTS,
    "a sum by a partial": LOSS
    + """
add_up = partial(jnp.sum, axis=0, dtype=jnp.bfloat16)  #@ low-precision-accumulator

def total(parts):
    return add_up(jnp.stack(parts)).astype(F32)
"""
    + PARTS,
    "masters by a helper that casts to what it is given": LOSS
    + """
def convert(values, dtype):
    converted = [value.astype(dtype) for value in values]
    return converted

def low(values):
    return convert(convert(values, BF), F32)  #@ master-downcast
"""
    + STEP.replace("= masters_of(seed, x, y)\n", "= low(masters_of(seed, x, y))\n"),
    "an increment in the dtype of what it is given": LOSS
    + """
def fit(like, values):
    return jax.tree.map(lambda one, v: v.astype(one.dtype), like, values)
"""
    + STEP.replace(
        "tuple(p - lr * (g / loss_scale) for p, g in zip(masters, grads))",
        "tuple(p - s.astype(F32) for p, s in zip(masters, steps))",
    ).replace(
        "    masters = tuple",
        "    copies = tuple(p.astype(BF) for p in masters)\n"
        "    steps = fit(copies, tuple(lr * (g / loss_scale) for g in grads))  #@ low-precision-update\n"
        "    masters = tuple",
    ),
    "an attribute that is given another dtype": """
class Net:
    kind = None

    def __init__(self):
        self.kind = jnp.bfloat16

    def finish(self):
        self.kind = jnp.float32  #@ full-precision-final-loss

    def __call__(self, p, x, y):
        w, b, x, y = (v.astype(self.kind) for v in (*p, x, y))
        return jnp.mean((x @ w + b - y) ** 2)

mse = Net()
"""
    + STEP.replace("    return mse(masters", "    mse.finish()\n    return mse(masters").replace(
        "    masters = masters_of", "    mse.__init__()\n    masters = masters_of"
    ),
    "a mode that is switched off": """
class Net:
    def mode(self, half):
        self.half = half

    def __call__(self, p, x, y):
        if self.half:
            p, x, y = jax.tree.map(lambda v: v.astype(BF), (p, x, y))
        return jnp.mean((x @ p[0] + p[1] - y) ** 2)

mse = Net()
"""
    + STEP.replace(
        "    return mse(masters", "    mse.mode(False)  #@ full-precision-final-loss\n    return mse(masters"
    ).replace("    masters = masters_of", "    mse.mode(True)\n    masters = masters_of"),
    "a switch that is off by default": """
def mse(p, x, y, amp=False):  #@ full-precision-forward
    if amp:
        p, x, y = jax.tree.map(lambda v: v.astype(BF), (p, x, y))
    return jnp.mean((x @ p[0] + p[1] - y) ** 2)
"""
    + STEP,
    "a record whose fields are given in another order": """
from collections import namedtuple

Policy = namedtuple("Policy", "compute, param")
half, full = jnp.bfloat16, jnp.float32
POLICY = Policy(full, half)  #@ full-precision-forward

def cast(tree, kind):
    return jax.tree.map(lambda v: v.astype(kind), tree)

def mse(p, x, y):
    p, x, y = cast((p, x, y), POLICY.compute)
    return jnp.mean((x @ p[0] + p[1] - y) ** 2)
"""
    + STEP,
    "a layer that computes in full precision by its options": """
OPTIONS = {
    "use_bias": True,
    "dtype": jnp.float32,  #@ full-precision-forward
}

def mixed_precision_step(seed, x, y, lr, loss_scale):
    linear = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)), **OPTIONS)
    tx = nnx.Optimizer(linear, optax.sgd(lr), wrt=nnx.Param)

    def mse(m):
        graph, state = nnx.split(m, nnx.Param)
        state, a, b = jax.tree.map(lambda v: v.astype(BF), (state, x, y))
        return jnp.mean((nnx.merge(graph, state)(a) - b) ** 2)

    grads = nnx.grad(lambda m: mse(m) * loss_scale)(linear)
    tx.update(linear, jax.tree.map(lambda g: g / loss_scale, grads))
    return mse(linear).reshape(1)
""",
    "a copy that is made and not used": """
def mse(p, x, y):
    small = [v.astype(BF) for v in p]
    w, b = p  #@ full-precision-forward
    return jnp.mean((x.astype(BF) @ w + b - y.astype(BF)) ** 2)
"""
    + STEP,
    "a cast that nobody keeps": """
def mse(p, x, y):
    w, b = (v.astype(BF) for v in p)
    y = y.astype(BF)
    x.astype(BF)  #@ uncast-inputs
    out = x @ w
    return jnp.mean(((out + b).astype(BF) - y) ** 2)
"""
    + STEP,
    "a record's copy with another field cast": """
@dataclass
class Batch:
    x: jax.Array
    y: jax.Array

def small(batch):
    return replace(batch, x=batch.x.astype(BF))  #@ uncast-targets

def mse(p, x, y):
    batch = small(Batch(x, y))
    w, b = (v.astype(BF) for v in p)
    out = batch.x @ w + b
    return jnp.mean((out - batch.y) ** 2).astype(BF)
"""
    + STEP,
    "a table's copy with another entry cast": """
def small(batch):
    return {**batch, "x": batch["x"].astype(BF)}  #@ uncast-targets

def mse(p, x, y):
    batch = small({"x": x, "y": y})
    w, b = (v.astype(BF) for v in p)
    out = batch["x"] @ w + b
    return jnp.mean((out - batch["y"]) ** 2).astype(BF)
"""
    + STEP,
    "a test that lets the targets through": """
def wanted(name):
    return name != "y"  #@ uncast-targets

def small(**values):
    return {k: jax.tree.map(lambda v: v.astype(BF) if wanted(k) else v, one) for k, one in values.items()}

def mse(p, x, y):
    given = small(p=p, x=x, y=y)
    out = given["x"] @ given["p"][0] + given["p"][1]
    return jnp.mean((out - given["y"]) ** 2).astype(BF)
"""
    + STEP,
    "a table without an entry for the inputs": """
KINDS = {"w": BF, "b": BF, "y": BF}  #@ uncast-inputs

def small(**values):
    return {name: value.astype(KINDS.get(name, value.dtype)) for name, value in values.items()}

def mse(p, x, y):
    given = small(w=p[0], b=p[1], x=x, y=y)
    out = given["x"] @ given["w"]
    return jnp.mean(((out + given["b"]).astype(BF) - given["y"]) ** 2)
"""
    + STEP,
    "a table of rules with a default for the targets": """
from collections import defaultdict

small = lambda tree: jax.tree.map(lambda v: v.astype(BF), tree)
RULES = defaultdict(lambda: lambda tree: tree, {"p": small, "x": small})  #@ uncast-targets

def mse(p, x, y):
    given = {name: RULES[name](value) for name, value in dict(p=p, x=x, y=y).items()}
    return jnp.mean((given["x"] @ given["p"][0] + given["p"][1] - given["y"]) ** 2).astype(BF)
"""
    + STEP,
    "a test that is never true": """
def is_float(leaf):
    leaf = leaf if isinstance(leaf, jax.Array) else jnp.asarray(leaf)
    return isinstance(leaf, float)  #@ full-precision-forward

def small(tree):
    return jax.tree.map(lambda v: v.astype(BF) if is_float(v) else v, tree)

def mse(p, x, y):
    w, b = small(p)
    return jnp.mean((x.astype(BF) @ w + b - y.astype(BF)) ** 2)
"""
    + STEP,
    "targets that a partial bound before they were cast": """
def error(p, x, goal):
    w, b = (v.astype(BF) for v in p)
    return jnp.mean((x @ w + b - goal) ** 2).astype(BF)
"""
    + STEP.replace("mse(p, x, y)", "mse(p, x)")
    .replace("mse(masters, x, y)", "mse(masters, x)")
    .replace(
        "    masters = masters_of",
        "    mse = partial(error, goal=y)  #@ uncast-targets\n"
        "    x, y = x.astype(BF), y.astype(BF)\n"
        "    masters = masters_of",
    ),
    "a prediction that is brought to the dtype of the targets": """
def mse(p, x, y):
    w, b, x = (v.astype(BF) for v in (*p, x))
    out = x @ w + b
    out = out.astype(y.dtype)  #@ uncast-targets
    return jnp.mean((out - y) ** 2).astype(BF)
"""
    + STEP,
    "inputs that meet what is made in full precision": """
def mse(p, x, y):
    w, b, x, y = (v.astype(BF) for v in (*p, x, y))
    spread = np.ones(x.shape[1], np.float32)  #@ uncast-inputs
    x = x / spread
    return jnp.mean(((x @ w + b).astype(BF) - y) ** 2)
"""
    + STEP,
    "a rate that is a default": LOSS
    + """
def down(p, g, step=0.1):  #@ lr-ignored
    return p - step * g
"""
    + STEP.replace("p - lr * (g / loss_scale)", "down(p, g / loss_scale)"),
    "defaults over what was given": LOSS
    + """
USUAL = {"rate": 0.1}

def settings(given):
    return given | USUAL  #@ lr-ignored
"""
    + STEP.replace("    masters = tuple", '    chosen = settings({"rate": lr})\n    masters = tuple').replace(
        "p - lr *", 'p - chosen["rate"] *'
    ),
    "a table that is asked for another key": LOSS
    + """
def settings(given, **more):
    seed = more.get("random_seed", 3)  #@ seed-ignored
    return given.get("learning_rate", 0.1), seed  #@ lr-ignored
"""
    + STEP.replace(
        "    masters = masters_of(seed,",
        '    rate, seed = settings({"lr": lr, "batch": len(x)}, seed=seed)\n    masters = masters_of(seed,',
    ).replace("p - lr *", "p - rate *"),
    "a rate that is overwritten": LOSS
    + STEP.replace(
        "    masters = tuple(p - lr * (g / loss_scale) for p, g in zip(masters, grads))",
        "    tx = optax.inject_hyperparams(optax.sgd)(learning_rate=lr)\n"
        "    state = tx.init(masters)\n"
        '    state.hyperparams["learning_rate"] = jnp.asarray(0.1)  #@ lr-ignored\n'
        "    steps, _ = tx.update(tuple(g / loss_scale for g in grads), state)\n"
        "    masters = optax.apply_updates(masters, steps)",
    ),
    "a rate in a copy": LOSS
    + """
def set_rate(state, lr):
    held = state.hyperparams.copy()
    held["learning_rate"] = jnp.asarray(lr)  #@ lr-ignored
    return state
"""
    + STEP.replace(
        "    masters = tuple(p - lr * (g / loss_scale) for p, g in zip(masters, grads))",
        "    tx = optax.inject_hyperparams(optax.sgd)(learning_rate=0.01)\n"
        "    state = set_rate(tx.init(masters), lr)\n"
        "    steps, _ = tx.update(tuple(g / loss_scale for g in grads), state)\n"
        "    masters = optax.apply_updates(masters, steps)",
    ),
    "streams, of which that of the parameters is constant": LOSS
    + STEP.replace(
        "    linear = ", "    streams = {'default': int(seed), 'params': 3}  #@ seed-ignored\n    linear = "
    ).replace("nnx.Rngs(int(seed))", "nnx.Rngs(**streams)"),
    "a stream beside the seed that was given": LOSS
    + """
def generator(seed, settings):
    return nnx.Rngs(int(seed), **settings["streams"])  #@ seed-ignored
"""
    + STEP.replace("nnx.Rngs(int(seed))", "generator(seed, {'streams': {'params': 0}})"),
    "a helper that makes the array": LOSS
    + """
def packed(number):
    return np.array([number])  #@ wrong-output-dtype
"""
    + STEP.replace("mse(masters, x, y).astype(F32).reshape(1)", "packed(float(mse(masters, x, y)))"),
    "a helper that is called without a dtype": LOSS
    + """
def packed(number, dtype=None):
    return jnp.asarray(number, dtype=dtype).reshape(-1)

def given(number, dtype=None):
    return packed(number, dtype)
"""
    + STEP.replace(
        "mse(masters, x, y).astype(F32).reshape(1)", "given(mse(masters, x, y))  #@ wrong-output-dtype"
    ),
    "a helper whose default is the wrong dtype": LOSS
    + """
def packed(number, dtype=jnp.bfloat16):  #@ wrong-output-dtype
    return number.astype(dtype).reshape(-1)
"""
    + STEP.replace("mse(masters, x, y).astype(F32).reshape(1)", "packed(mse(masters, x, y))"),
    "gradients of a full forward that are rounded while they are scaled": """
def mse(p, x, y):
    out = x.astype(BF) @ p[0]  #@ full-precision-forward
    return jnp.mean(((out + p[1]).astype(BF) - y.astype(BF)) ** 2)
"""
    + STEP.replace("(g / loss_scale)", "(g.astype(BF).astype(F32) / loss_scale)"),
}


@pytest.mark.parametrize("text", thinned(MISTAKES.values(), 8, ids=MISTAKES))
def test_the_line_that_decides_is_named(text: str):
    text = HEAD + text
    marked = re.compile(r"#@ (\S+)$")
    lines = enumerate(text.splitlines(), 1)
    due = {(found[1], number) for number, line in lines if (found := marked.search(line))}
    findings, _ = diagnosed(text)
    assert {(item.pitfall, item.line) for item in findings} == due


def test_a_helper_that_copies_by_default_is_right_by_itself():
    """The masters' own cast is to be left out, whatever its dtype comes from."""
    helper = "\ndef small(tree, dtype=BF):\n    return [v.astype(dtype) for v in tree]  \n"
    text = (
        HEAD
        + LOSS
        + helper
        + STEP.replace(
            "= masters_of(seed, x, y)", "= [v.astype(F32) for v in small(masters_of(seed, x, y))]"
        ).replace("= tuple(", "= list(")
    )
    findings, _ = diagnosed(text)
    assert [item.pitfall for item in findings] == ["master-downcast"]
    assert "dtype=BF" not in text.splitlines()[(findings[0].line or 0) - 1]


ENDLESS: dict[str, Callable[[int], str]] = {
    "names in a ring": lambda n: "".join(f"a{i} = a{(i + 1) % n}\n" for i in range(n)) + "x.astype(a0)\n",
    "tables in tables": lambda n: "a = {'half': a}\n" + "x.astype(a" + "[a['half']]" * n + ")\n",
    "calls of calls": lambda n: "def f(a=0):\n    return x.astype(a)\n" + "f(a=f(a))\n" * n,
    "many casts": lambda n: "x = [" + "x.astype(a), " * n + "]\n",
    "many switches": lambda n: "def f(self):\n" + "    if self.a: x = x.astype(self.b)\n    self.a = a\n" * n,
    "many merges": lambda n: "a = {'rate': 1}\n" + "b = {**b, **a}\nf(rate=lr)\n" * n,
    "many tables": lambda n: "def f(**a):\n" + "    a.get('lr', 0)\n" * n + "f(lr=f(b=f))\n" * n,
    "many bound functions": lambda n: "f = partial(f, dtype=f)\nx.astype(f(f))\n" * n,
}


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("written", thinned(ENDLESS.values(), 4, ids=ENDLESS))
def test_a_text_that_could_be_followed_for_ever_is_given_up(written: Callable[[int], str]):
    text = Source(written(60))
    large = Source(written(2000))
    for source in (text, large):
        last = len(source.text.splitlines())
        lines = {1, 2, last - 1, last} & set(range(1, last + 1))
        frames = tuple(Frame(line, line, 0, 0, "f") for line in sorted(lines, reverse=True))
        for place in cast_origins(source, frames):
            assert isinstance(place.node, ast.expr)
        assert {type(chosen_at(source, frames)), type(default_at(source, frames))} <= {int, type(None)}
        assert type(switched_at(source, frames, "float32")) in {int, type(None)}
        assert type(merged_over(source, "lr")) in {int, type(None)}
        assert type(asked_in_vain(source, {"lr"})) in {int, type(None)}
        assert type(set_in_copy(source, {"lr"})) in {int, type(None)}
