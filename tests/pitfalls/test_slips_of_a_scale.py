"""Slips that a text alone shows: an alias, an answer that is cleared or used up, a default, a table's gap."""

import ast
import textwrap
from collections.abc import Callable
from dataclasses import replace

import pytest
from scaled_steps import scaled_step
from traced import flow_of, problem

from judge.evidence import ArrayValue
from judge.flow import unavailable
from judge.pitfalls import (
    CaseClue,
    Clues,
    clipped_scaled_grads,
    full_precision_forward,
    low_precision_loss_scale,
    master_downcast,
    wrong_output_shape,
)
from judge.pitfalls.next_scale.caps import cap_of_text
from judge.pitfalls.next_scale.checks import mask_line, no_errors_line, wrong_question
from judge.pitfalls.next_scale.leaves import own_answer
from judge.pitfalls.next_scale.lines import lines_of
from judge.pitfalls.next_scale.outcomes import Rule
from judge.pitfalls.next_scale.slips.cleared import cleared_before
from judge.pitfalls.next_scale.slips.dropped import dropped_division
from judge.pitfalls.next_scale.slips.floors import whole_half, wrong_floor
from judge.pitfalls.next_scale.slips.questions import loss_alone
from judge.pitfalls.next_scale.slips.shared import shared_state
from judge.pitfalls.next_scale.told import Told
from judge.pitfalls.next_scale.where import counted, early, grown, reduced, unbounded

PROBLEM = "dynamic_loss_scale_step"
HEAD = f"def {PROBLEM}(seed, x, y, lr, loss_scale, good_steps, growth_interval):\n"
MARK = "  #@"
SOMETIMES = Told(pitfall="scale-not-reduced", after="overflow", ratio=1.0, some=True)
AT_ZERO = replace(SOMETIMES, hangs_on="count of 0")
EACH = replace(SOMETIMES, hangs_on="interval of 1")
KEPT = Told(pitfall="scale-not-reduced", after="overflow", ratio=1.0)
RULE = Rule(growth=2.0, backoff=0.5, most=2.0**24, least=1.0)
SOON = Told(pitfall="scale-grown-early", after="growth")
Line = Callable[[Clues], int | None]
SCALER = """
class Scaler:
    def __init__(self, scale):
        self.scale, self.bad = scale, False

    def unscale(self, grads):
        self.bad = not all(jnp.isfinite(g).all() for g in grads)

    def step(self, optimizer, model, grads):
        if not self.bad:
            optimizer.update(model, grads)

    def update(self):
        self.scale = max(self.scale / 2, 1.0) if self.bad else self.scale
        self.bad = False
"""
EVERY = """
class Every:
    def __init__(self, n, from_zero=True):MARK
        self.n, self.from_zero = n, from_zero

    def due(self, step):
        return step + int(self.from_zero) >= self.n
"""
DIVIDES = """
def unscale(grads, loss_scale):
    for g in grads:
        g = g / loss_scale
"""
DIVIDES_IN_PLACE = DIVIDES.replace("g = g /", "g /=")
GATHERS = DIVIDES.replace("g = g / loss_scale", "found.append(g / loss_scale)")
TWO_CLASSES = """
class Scaler:
    def __init__(self, scale, good, interval):
        self.scale, self.good, self.interval = scale, good, interval

    def due(self):
        self.good += 1
        return self.good + 1 >= self.interval  #@

class Task:
    def __init__(self, x, y):
        self.x, self.y = x, y
"""
TEXTS: dict[str, tuple[Line, str, str]] = {
    "a helper that gives half of the scale, which nobody keeps": (
        lambda clues: reduced(clues, KEPT),
        "def backoff(scale):\n    scale = max(scale / 2, 1.0)\n    return scale",
        """
        new = loss_scale
        if overflow:
            backoff(loss_scale)  #@
        """,
    ),
    "classes each of which has an `__init__`": (
        lambda clues: early(clues, SOON),
        TWO_CLASSES,
        """
        scaler = Scaler(loss_scale, good_steps, growth_interval)
        task = Task(x, y)
        grads = jax.grad(task.loss)(params)
        loss_scale = loss_scale * 2 if scaler.due() else loss_scale
        """,
    ),
    "a count that a helper sets to 0 for itself alone": (
        lambda clues: counted(clues, replace(KEPT, pitfall="count-not-reset", after="growth")),
        "",
        """
        count = good_steps + 1
        def grow():
            nonlocal loss_scale
            loss_scale = min(loss_scale * 2, 2.0**24)
            count = 0  #@
        if count == growth_interval:
            grow()
        """,
    ),
    "a half without what is behind the point": (
        whole_half,
        "",
        """
        if not finite:
            loss_scale = max(loss_scale // 2, 1.0)  #@
        """,
    ),
    "a growth that wins over an overflow": (
        lambda clues: reduced(clues, replace(SOMETIMES, due=True)),
        "",
        """
        due = good_steps + 1 >= growth_interval
        finite = jnp.isfinite(g).all()
        kept = jnp.where(finite, loss_scale, jnp.maximum(loss_scale / 2, 1.0))
        loss_scale = jnp.where(due, jnp.minimum(loss_scale * 2, 2.0**24), kept)  #@
        """,
    ),
    "a loss that alone is asked": (
        lambda clues: loss_alone(lines_of(clues)),
        "def mse(p, x, y):\n    return jnp.mean((x @ p - y) ** 2)",
        """
        g = jax.grad(lambda p: mse(p, x, y) * loss_scale)(p)
        new = p - lr * (g / loss_scale)
        after = mse(new, x, y).astype(jnp.float32)
        if jnp.isfinite(after):  #@
            p = new
        """,
    ),
    "leaves that are chosen one by one, by their names": (
        own_answer,
        "",
        """
        gw, gb = jax.grad(loss, (0, 1))(w, b)
        finite = jnp.isfinite(gw).all() & jnp.isfinite(gb).all()
        w = jnp.where(jnp.isfinite(gw), w - lr * gw, w)  #@
        loss_scale = jnp.where(finite, loss_scale, loss_scale / 2)
        """,
    ),
    "a floor that flax is not told": (
        lambda clues: unbounded(clues, above=False),
        "",
        "ds = DynamicScale(growth_interval=growth_interval, scale=loss_scale)  #@",
    ),
    "a cap below the right one": (
        lambda clues: getattr(cap_of_text(clues, RULE), "where", None),
        "MOST = float(jnp.finfo(jnp.float16).max)",
        """
        if good_steps + 1 == growth_interval:
            loss_scale = min(loss_scale * 2, 2.0**24, MOST)  #@
        """,
    ),
    "a cap below the right one, in a table that is spread": (
        lambda clues: getattr(cap_of_text(clues, RULE), "where", None),
        "LIMITS = (1.0, 2.0**16)",
        """
        if good_steps + 1 == growth_interval:
            loss_scale = float(np.clip(loss_scale * 2, *LIMITS))  #@
        """,
    ),
    "a cap below the right one that is compared with, and set": (
        lambda clues: getattr(cap_of_text(clues, RULE), "where", None),
        "",
        """
        if good_steps + 1 == growth_interval:
            loss_scale = loss_scale * 2
            if loss_scale > 2.0**16:  #@
                loss_scale = 2.0**16
        """,
    ),
    "a cap below the right one that is chosen": (
        lambda clues: getattr(cap_of_text(clues, RULE), "where", None),
        "MOST = 65536.0",
        """
        if good_steps + 1 == growth_interval:
            loss_scale = loss_scale * 2 if loss_scale * 2 <= MOST else MOST  #@
        """,
    ),
    "a scale that is kept where the count was 0": (
        lambda clues: reduced(clues, AT_ZERO),
        "",
        """
        if not finite:
            if good_steps > 0:  #@
                loss_scale = max(loss_scale / 2, 1.0)
            good_steps = 0
        """,
    ),
    "an overflow that is one only at a longer interval": (
        lambda clues: reduced(clues, EACH),
        "",
        """
        if finite or growth_interval == 1:  #@
            good_steps = good_steps + 1
            if good_steps == growth_interval:
                loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
        else:
            loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
        """,
    ),
    "an interval that decides, behind a count that does something else": (
        lambda clues: reduced(clues, EACH),
        "",
        """
        if good_steps:
            print(good_steps)
        if finite or growth_interval == 1:  #@
            loss_scale = min(loss_scale * 2, 2.0**24)
        else:
            loss_scale = max(loss_scale / 2, 1.0)
        """,
    ),
    "a scale that is stored as it is beside a count of 0": (
        lambda clues: reduced(clues, AT_ZERO),
        "",
        """
        match (finite, good_steps):
            case (True, n):
                scale, count = loss_scale, n + 1
            case (False, 0):
                scale, count = loss_scale, 0  #@
            case _:
                scale, count = max(loss_scale / 2, 1.0), 0
        """,
    ),
    "half of the scale that is given another value before it is read": (
        lambda clues: reduced(clues, KEPT),
        "",
        """
        new = jnp.where(finite, loss_scale, jnp.maximum(loss_scale / 2, 1.0))
        new = jnp.where(full, loss_scale * 2, loss_scale)  #@
        return jnp.stack([loss, new, count])
        """,
    ),
    "a count that is compared with a number and not with the interval": (
        lambda clues: grown(clues, replace(KEPT, pitfall="scale-not-grown", after="growth")),
        "AFTER = 2000",
        """
        count = good_steps + 1
        if count == AFTER:  #@
            loss_scale = min(loss_scale * 2, 2.0**24)
        """,
    ),
    "an answer that a library keeps": (
        lambda clues: counted(clues, replace(KEPT, pitfall="count-not-reset")),
        "",
        """
        ok = state.last_finite
        count = jnp.where(ok, good_steps + 1, good_steps)  #@
        full = count == growth_interval
        count = jnp.where(full, 0, count)
        """,
    ),
    "an alias that an own function takes back": (
        shared_state,
        """
        def back_unless(ok, model, old):
            nnx.update(model, jax.tree.map(partial(jnp.where, ok), nnx.state(model), old))
        """,
        """
        old = nnx.state(model)  #@
        opt.update(model, grads)
        back_unless(ok, model, old)
        """,
    ),
    "an alias that an object keeps": (
        shared_state,
        """
        class Point:
            def __init__(self, model):
                self.model = model
                self.saved = nnx.state(model)  #@

            def back(self):
                nnx.update(self.model, self.saved)
        """,
        "opt.update(model, grads)",
    ),
    "no errors allowed, elsewhere": (
        no_errors_line,
        "OPT = dict(max_consecutive_errors=0)  #@",
        "tx = optax.apply_if_finite(optax.sgd(lr), **OPT)",
    ),
    "no errors allowed, in a literal": (
        no_errors_line,
        "OPT = {\n    'max_consecutive_errors': 0,  #@\n}",
        "tx = optax.apply_if_finite(optax.sgd(lr), **OPT)",
    ),
    "an answer that is cleared too soon": (
        cleared_before,
        SCALER,
        """
        scaler = Scaler(loss_scale)
        grads = scaler.unscale(grads)
        scaler.update()  #@
        scaler.step(optimizer, model, grads)
        """,
    ),
    "one more by a default": (
        lambda clues: early(clues, SOON),
        EVERY.replace("MARK", MARK),
        """
        every = Every(growth_interval)
        good_steps += 1
        if every.due(good_steps):
            loss_scale = loss_scale * 2
        """,
    ),
    "a table that lacks a case": (
        lambda clues: reduced(clues, SOMETIMES),
        "RULES = {('good', 'below'): lambda s: s}",
        """
        finite = jnp.isfinite(g).all()
        key = ("good" if finite else "bad", "full" if good_steps + 1 == growth_interval else "below")
        s = RULES.get(key, lambda s: s)(loss_scale)  #@
        return jnp.stack([loss, s])
        """,
    ),
    "answers that are used up": (
        lambda clues: reduced(clues, KEPT),
        "",
        """
        answers = (bool(jnp.isfinite(g).all()) for g in grads)  #@
        if all(answers):
            params = [p - lr * g for p, g in zip(params, grads)]
        if not all(answers):
            loss_scale = max(loss_scale / 2, 1.0)
        """,
    ),
    "a floor that is a dtype's smallest number": (
        lambda clues: wrong_floor(clues, 1.0),
        "INFO = np.finfo(np.float16)\nLEAST, MOST = float(INFO.tiny), 2.0**24  #@",
        "loss_scale = float(np.clip(loss_scale, LEAST, MOST))",
    ),
    "quotients that a loop forgets": (
        dropped_division,
        DIVIDES,
        "grads = jax.grad(loss)(params)\nunscale(grads, loss_scale)  #@",
    ),
    "quotients that a map forgets": (
        dropped_division,
        "def unscale(grads, by):\n    jax.tree.map(lambda g: g / by, grads)  #@\n    return grads",
        "grads = unscale(jax.grad(loss)(params), loss_scale)",
    ),
    "quotients that a named function makes for a map": (
        dropped_division,
        "",
        """
        def divided(g):
            return g / loss_scale

        jax.tree.map(divided, grads)  #@
        """,
    ),
    "a copy with half of the scale that a method gives to nobody": (
        lambda clues: reduced(clues, KEPT),
        """
        @struct.dataclass
        class State:
            scale: float
            count: int

            def halved(self):
                '''Half.'''
                return self.replace(scale=max(self.scale / 2, 1.0))
        """,
        """
        state = State(loss_scale, good_steps)
        if jnp.isfinite(grads).all():
            state = state.replace(count=state.count + 1)
        else:
            state.halved()  #@
        """,
    ),
    "an upper bound that is the scale itself": (
        lambda clues: grown(clues, replace(KEPT, pitfall="scale-not-grown", after="growth")),
        "",
        """
        if good_steps + 1 == growth_interval:
            scale = min(loss_scale * 2, loss_scale)  #@
        """,
    ),
    "an upper bound that is the scale itself, given to a helper": (
        lambda clues: grown(clues, replace(KEPT, pitfall="scale-not-grown", after="growth")),
        "def bounded(value, upper):\n    return float(np.clip(value, 1.0, upper))",
        """
        if not jnp.isfinite(grads).all():
            return bounded(loss_scale / 2, 2.0**24)
        if good_steps + 1 == growth_interval:
            scale = bounded(loss_scale * 2, loss_scale)  #@
        """,
    ),
    "the smaller one where the larger is meant": (
        lambda clues: reduced(clues, replace(KEPT, ratio=None)),
        "",
        """
        finite = jnp.isfinite(grads).all()
        after = jnp.minimum(loss_scale / 2, 1.0)  #@
        return jnp.where(finite, loss_scale, after)
        """,
    ),
    "a row by a name": (
        lambda clues: (wrong_question(clues) or (None,))[0],
        "",
        """
        kernel, bias = jax.grad(loss, argnums=(0, 1))(w, b)
        kernel, bias = kernel / loss_scale, bias / loss_scale
        largest = float(jnp.abs(kernel[0]).max())  #@
        ok = math.isfinite(largest) and math.isfinite(float(jnp.abs(bias).max()))
        """,
    ),
    "a product by a library": (
        mask_line,
        "",
        """
        grads = jax.grad(loss)(params)
        ok = jax.tree.all(jax.tree.map(lambda g: bool(jnp.isfinite(g).all()), grads))
        updates = optax.tree.scale(int(ok), grads)  #@
        """,
    ),
    "the branch of a cond in a helper whose result is taken apart": (
        lambda clues: counted(clues, replace(KEPT, pitfall="count-not-reset")),
        "",
        """
        def good(args):
            p, g, s, n = args
            full = n + 1 >= growth_interval
            return p - lr * g, jnp.where(full, 2 * s, s), jnp.where(full, 0, n + 1)

        def bad(args):
            p, _, s, n = args
            return p, jnp.maximum(s / 2, 1.0), n  #@

        @jax.jit
        def step(p, s, n):
            g = jax.grad(lambda p: loss(p) * s)(p)
            return jax.lax.cond(jnp.isfinite(g).all(), good, bad, (p, g, s, n))

        p, s, n = step(params, jnp.float32(loss_scale), jnp.int32(good_steps))
        return jnp.stack([loss(p), s, n])
        """,
    ),
    "an object that asks for itself": (
        own_answer,
        """
        class Tensor:
            def move(self, lr):
                self.bad = not bool(jnp.isfinite(self.grad).all())
                if not self.bad:  #@
                    self.value = self.value - lr * self.grad
        """,
        "for t in tensors:\n    t.move(lr)",
    ),
}
NOTHING: dict[str, tuple[Line, str, str]] = {
    "a half with what is behind the point": (
        whole_half,
        "",
        "count = good_steps // 2\nloss_scale = max(loss_scale / 2, 1.0)",
    ),
    "a loss and gradients that are asked": (
        lambda clues: loss_alone(lines_of(clues)),
        "def mse(p, x, y):\n    return jnp.mean((x @ p - y) ** 2)",
        "g = jax.grad(mse)(p, x, y)\nok = jnp.isfinite(mse(p, x, y)) & jnp.isfinite(g).all()",
    ),
    "leaves that one answer decides about": (
        own_answer,
        "",
        "g = jax.grad(loss)(w)\nok = jnp.isfinite(g).all()\nw = jnp.where(ok, w - lr * g, w)",
    ),
    "a number that the scale is compared with, and that nothing becomes": (
        lambda clues: getattr(cap_of_text(clues, RULE), "where", None),
        "",
        """
        if loss_scale > 65504.0:
            print("large")
        if good_steps + 1 == growth_interval:
            loss_scale = grown(loss_scale * 2, limit)
        """,
    ),
    "the right cap in a table that is spread": (
        lambda clues: getattr(cap_of_text(clues, RULE), "where", None),
        "LIMITS = (1.0, 2.0**24)",
        "loss_scale = float(np.clip(loss_scale * 2, *LIMITS))",
    ),
    "the right cap beside a larger one": (
        lambda clues: getattr(cap_of_text(clues, RULE), "where", None),
        "",
        "loss_scale = min(loss_scale * 2, 2.0**24, 2.0**30)",
    ),
    "a model that is changed, and its copy": (
        shared_state,
        "def back(model, old):\n    nnx.update(model, old)",
        "old = jax.tree.map(jnp.copy, nnx.state(model))\nopt.update(model, grads)\nback(model, old)",
    ),
    "some errors allowed": (
        no_errors_line,
        "OPT = dict(max_consecutive_errors=100)",
        "tx = optax.apply_if_finite(optax.sgd(lr), **OPT)",
    ),
    "an answer that is cleared in time": (
        cleared_before,
        SCALER,
        "scaler = Scaler(loss_scale)\nscaler.step(optimizer, model, grads)\nscaler.update()",
    ),
    "division in place": (
        dropped_division,
        DIVIDES_IN_PLACE,
        "grads = jax.grad(loss)(params)\nunscale(grads, loss_scale)",
    ),
    "quotients of a map that are kept": (
        dropped_division,
        "",
        "grads = jax.tree.map(lambda g: g / loss_scale, jax.grad(loss)(params))",
    ),
    "one of several gradients": (
        lambda clues: (wrong_question(clues) or (None,))[0],
        "",
        "grads = jax.grad(loss, argnums=(0, 1))(w, b)\nok = jnp.isfinite(grads[0]).all()",
    ),
    "quotients that are gathered": (
        dropped_division,
        GATHERS,
        "grads = jax.grad(loss)(params)\nunscale(grads, loss_scale)",
    ),
}
ONE_HOT = """
    g = jax.tree.map(lambda a: a / loss_scale, g)
    ok = jnp.isfinite(jnp.concatenate([a.ravel() for a in g.values()])).all()
    new = jax.tree.map(lambda a, b: a - lr * b, p, g)
    hot = jax.nn.one_hot(ok.astype(jnp.int32), 2, dtype=jnp.float32)
    p = jax.tree.map(lambda *o: jnp.einsum("s,s...->...", hot, jnp.stack(o)), p, new)  #@
"""
CHAIN = """
    steps = []
    steps.append(optax.clip_by_global_norm(1000.0))  #@
    steps.append(optax.stateless(lambda u, p: jax.tree.map(lambda g: g / loss_scale, u)))
    steps.append(optax.sgd(lr))
    tx = optax.chain(*steps)
    p = optax.apply_updates(p, tx.update(g, tx.init(p), p)[0])
"""
IN_PLACE = """
    for v in (m.kernel, m.bias):
        v.set_value(v[...].astype(jnp.float16))  #@
    def loss(m):
        return jnp.mean((m(half(x)) - half(y)) ** 2).astype(jnp.float32) * loss_scale
    g = nnx.grad(loss)(m)
    for v in (m.kernel, m.bias):
        v.set_value(v[...].astype(jnp.float32))
    m.kernel[...] = m.kernel[...] - lr * g["kernel"][...].astype(jnp.float32) / loss_scale
    p = {"kernel": m.kernel[...], "bias": m.bias[...]}
"""
IDLE = """
    graph, state = nnx.split(m)
    def wide_loss(state):
        layer = nnx.merge(graph, jax.tree.map(lambda a: a.astype(jnp.float32), state))  #@
        prediction = layer(half(x)).astype(jnp.float16)
        return jnp.mean((prediction - half(y)) ** 2).astype(jnp.float32) * loss_scale
    g = jax.grad(wide_loss)(state)
    if bool(jnp.isfinite(g.kernel[...]).all()):
        state = jax.tree.map(lambda a, b: a - lr * (b / loss_scale), state, g)
    p = {"kernel": state.kernel[...], "bias": state.bias[...]}
"""
PIPELINE = """
    then = lambda *fs: lambda v: functools.reduce(lambda v, f: f(v), fs, v)
    squares = lambda p: jnp.mean((half(x) @ half(p["kernel"]) + half(p["bias"]) - half(y)) ** 2)
    scaled = then(squares, functools.partial(operator.mul, loss_scale), jnp.float32)  #@
    g = jax.grad(scaled)(p)
    p = jax.tree.map(lambda a, b: a - lr * (b / loss_scale), p, g)
"""
MAPPED = """
import jax, jax.numpy as jnp

def core(s, n):
    return jnp.stack([s, s, n])

def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    many = jax.vmap(core, in_axes=(0, None))
    return many(jnp.array([loss_scale], jnp.float32), jnp.float32(good_steps))  #@
"""


def clues_of(before: str, step: str) -> Clues:
    helpers, lines = (textwrap.dedent(part).strip() + "\n" for part in (before, step))
    source = helpers + HEAD + textwrap.indent(lines, "    ")
    assert ast.parse(source)
    return Clues(problem=problem(PROBLEM), flow=unavailable("not traced"), source=source)


def traced(step: str) -> Clues:
    source = scaled_step(step)
    return Clues(problem=problem(PROBLEM), flow=flow_of(source), source=source)


def marked(clues: Clues) -> list[int]:
    return [at for at, line in enumerate(clues.source.splitlines(), start=1) if line.endswith(MARK)]


@pytest.mark.parametrize(("line", "before", "step"), TEXTS.values(), ids=TEXTS)
def test_the_line_is_that_of_the_slip(line: Line, before: str, step: str):
    clues = clues_of(before, step)
    assert [line(clues)] == marked(clues)


@pytest.mark.parametrize(("line", "before", "step"), NOTHING.values(), ids=NOTHING)
def test_what_is_right_is_no_slip(line: Line, before: str, step: str):
    assert line(clues_of(before, step)) is None


def test_a_product_with_a_one_hot_vector_is_a_mask():
    clues = traced(ONE_HOT)
    step = mask_line(clues)
    assert [getattr(getattr(step, "place", None), "line", step)] == marked(clues)


def test_the_element_of_a_chain_may_be_gathered_in_a_list():
    clues = traced(CHAIN)
    assert [one.line for one in clipped_scaled_grads.detect(clues)] == marked(clues)


def test_rounding_a_variable_in_place_is_what_downcasts_the_masters():
    clues = traced(IN_PLACE)
    assert [one.line for one in master_downcast.detect(clues)] == marked(clues)


def test_a_cast_to_what_parameters_are_is_where_the_forward_stays_wide():
    clues = traced(IDLE)
    assert [one.line for one in full_precision_forward.detect(clues)] == marked(clues)


def test_a_product_that_is_handed_on_is_named_where_it_was_bound():
    clues = traced(PIPELINE)
    assert [one.line for one in low_precision_loss_scale.detect(clues)] == marked(clues)


def test_an_axis_that_vmap_adds_is_not_the_mapped_function_s():
    right = ArrayValue(dtype="float32", shape=(3,), data=b"\0" * 12)
    case = CaseClue(name="generic", expected=right, actual=replace(right, shape=(1, 3)))
    flow = flow_of(MAPPED)
    clues = Clues(problem=problem(PROBLEM), flow=flow, cases=(case,), source=MAPPED)
    assert [one.line for one in wrong_output_shape.detect(clues)] == marked(clues)
