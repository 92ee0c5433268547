"""Accumulated gradients: what is added, how often, and what becomes of the update."""

import pytest
from traced import diagnosed, problem

from judge.flow import unavailable
from judge.pitfalls import Clues, seed_ignored

HEAD = """
import dataclasses
import functools
import operator

import jax
import jax.numpy as jnp
import optax
from flax import nnx

BF = jnp.bfloat16


def mse(p, x, y):
    k, b = (v.astype(BF) for v in p)
    return jnp.mean((x.astype(BF) @ k + b - y.astype(BF)) ** 2)


def masters(seed, x, y):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    return [model.kernel[...], model.bias[...]]


def parts(n, x, y):
    return [a.reshape(n, -1, a.shape[1]) for a in (x, y)]


def moved(p, g, lr):
    return [a - lr * b for a, b in zip(p, g)]


def result(p, x, y):
    return mse(p, x, y).astype(jnp.float32).reshape(1)


"""
STEP = "def accumulated_step(seed, x, y, lr, micro_batches):\n    p = masters(seed, x, y)\n"
END = "\n    return result(p, x, y)\n"


OBJECT = """class Problem:
    def __call__(self, p, x, y):
        return mse(p, x, y)

    def over(self):
        return jax.vmap(self, (None, 0, 0))


"""


def found(body: str, before: str = "", end: str = END) -> list[tuple[str, str]]:
    """What is found in a step, and the text of its line."""
    source = HEAD + before + STEP + body + end
    lines = source.splitlines()
    return [(one.pitfall, lines[one.line - 1].strip() if one.line else "") for one in diagnosed(source)]


@pytest.mark.parametrize(
    ("before", "loss"),
    [
        ("", "jax.vmap(mse, (None, 0, 0))(p, xs, ys).astype(jnp.float32).sum()"),
        ("", "jax.vmap(lambda a, b: mse(p, a, b))(xs, ys).astype(jnp.float32).sum()"),
        ("every = jax.vmap(mse, (None, 0, 0))\n\n\n", "every(p, xs, ys).sum()"),
        (OBJECT + "every = Problem().over()\n\n\n", "every(p, xs, ys).sum()"),
        (OBJECT + "one = Problem()\nevery = jax.vmap(one, (None, 0, 0))\n\n\n", "every(p, xs, ys).sum()"),
        (
            "@functools.partial(jax.vmap, in_axes=(None, 0, 0))\ndef every(*p):\n    return mse(*p)\n\n\n",
            "every(p, xs, ys).sum()",
        ),
    ],
)
def test_losses_of_all_parts_that_are_differentiated_at_once(before: str, loss: str):
    body = f"""    xs, ys = parts(micro_batches, x, y)
    g = jax.grad(lambda p: {loss})(p)
    p = moved(p, [v / micro_batches for v in g], lr)"""
    assert found(body, before) == [("low-precision-accumulator", f"g = jax.grad(lambda p: {loss})(p)")]


@pytest.mark.parametrize(
    "grads",
    [
        "jax.vmap(jax.grad(mse), (None, 0, 0))(p, xs, ys)",
        "jax.grad(lambda q: jax.vmap(mse)(q, xs, ys).sum())([jnp.stack([v] * micro_batches) for v in p])",
    ],
)
def test_gradients_of_all_parts_one_by_one(grads: str):
    body = f"""    xs, ys = parts(micro_batches, x, y)
    g = {grads}
    p = moved(p, [v.mean(axis=0) for v in g], lr)"""
    assert found(body) == []


def test_a_copy_that_a_cache_keeps_for_all_parts():
    before = """class Cache(dict):
    def half(self, name, value):
        if name not in self:
            self[name] = value.astype(BF)
        return self[name]


def total(p, x, y, n):
    copies, loss = Cache(), 0.0
    for a, b in zip(jnp.split(x.astype(BF), n), jnp.split(y.astype(BF), n)):
        error = a @ copies.half("k", p[0]) + copies.half("b", p[1]) - b
        loss += jnp.mean(error**2).astype(jnp.float32)
    return loss


"""
    body = "    p = moved(p, [v / micro_batches for v in jax.grad(total)(p, x, y, micro_batches)], lr)"
    assert found(body, before) == [("low-precision-accumulator", "self[name] = value.astype(BF)")]


@pytest.mark.parametrize(("reduce", "told"), [("psum", True), ("pmean", False)])
def test_a_sum_over_a_named_axis_of_parts(reduce: str, *, told: bool):
    before = f"""def one(p, x, y):
    g = jax.grad(mse)(p, x, y)
    return jax.tree.map(lambda v: jax.lax.{reduce}(v, "parts"), g)


"""
    body = """    g = jax.vmap(one, (None, 0, 0), axis_name="parts")(p, *parts(micro_batches, x, y))
    p = moved(p, [v[0] for v in g], lr)"""
    line = f'return jax.tree.map(lambda v: jax.lax.{reduce}(v, "parts"), g)'
    assert found(body, before) == ([("summed-grads", line)] if told else [])


SCANNED = """    tx = optax.MultiSteps(
        optax.sgd(RATE),
        micro_batches,
        use_grad_mean=MEAN,
    )

    def body(carry, part):
        p, state = carry
        updates, state = tx.update(jax.grad(mse)(p, *part), state, p)
        return (optax.apply_updates(p, updates), state), None

    (p, _), _ = jax.lax.scan(body, (p, tx.init(p)), tuple(parts(micro_batches, x, y)))"""


@pytest.mark.parametrize(
    ("rate", "mean", "told"), [("lr", False, True), ("lr", True, False), ("lr / micro_batches", False, False)]
)
def test_what_multisteps_adds_up_in_a_scan(rate: str, *, mean: bool, told: bool):
    body = SCANNED.replace("RATE", rate).replace("MEAN", str(mean))
    assert found(body) == ([("summed-grads", "use_grad_mean=False,")] if told else [])


def test_a_sum_that_a_records_default_asks_for():
    before = """@dataclasses.dataclass
class Settings:
    use_grad_mean: bool = False


"""
    settings = "    settings = Settings()\n"
    body = settings + SCANNED.replace("RATE", "lr").replace("=MEAN", "=settings.use_grad_mean")
    assert found(body, before) == [("summed-grads", "use_grad_mean: bool = False")]


@pytest.mark.parametrize(("divisor", "told"), [("1", True), ("micro_batches", False)])
def test_a_gate_of_the_learners_own_in_a_scan(divisor: str, *, told: bool):
    body = f"""    def body(carry, part):
        p, total, n = carry
        total = jax.tree.map(jnp.add, total, jax.grad(mse)(p, *part))
        last = (n == micro_batches - 1).astype(jnp.float32)
        p = jax.tree.map(lambda a, t: a - last * (lr / {divisor} * t), p, total)
        return (p, total, n + 1), None

    zeros = jax.tree.map(jnp.zeros_like, p)
    (p, _, _), _ = jax.lax.scan(body, (p, zeros, 0), tuple(parts(micro_batches, x, y)))"""
    assert [name for name, _ in found(body)] == (["summed-grads"] if told else [])


LOOP = """    state = tx.init(p)
    for part in zip(*parts(micro_batches, x, y)):
        updates, state = tx.update(jax.grad(mse)(p, *part), state, p)
        p = optax.apply_updates(p, updates)"""


@pytest.mark.parametrize(
    ("chain", "name"),
    [
        ("optax.chain(optax.sgd(lr), optax.apply_every(micro_batches))", "summed-grads"),
        ("optax.chain(optax.apply_every(micro_batches + 1), optax.sgd(lr))", "update-discarded"),
        ("optax.MultiSteps(optax.sgd(lr), micro_batches + 1)", "update-discarded"),
        ("optax.MultiSteps(optax.sgd(lr), 1)", "update-per-micro-batch"),
        ("optax.MultiSteps(optax.sgd(lr), micro_batches)", ""),
        ("optax.chain(optax.sgd(lr / micro_batches), optax.apply_every(micro_batches))", ""),
    ],
)
def test_what_a_library_hands_on_is_told_where_it_was_made(chain: str, name: str):
    assert found(f"    tx = {chain}\n{LOOP}") == ([(name, f"tx = {chain}")] if name else [])


@pytest.mark.parametrize(
    ("helper", "use", "line"),
    [
        ("return [v / len(trees) for v in map(sum, zip(*trees))]", "mean([g])", "g = mean([g])"),
        ("return [v / 1 for v in trees]", "mean(g)", "return [v / 1 for v in trees]"),
    ],
)
def test_a_mean_of_one_is_told_where_that_was_decided(helper: str, use: str, line: str):
    body = f"""    xs, ys = parts(micro_batches, x, y)
    g = [sum(v) for v in zip(*(jax.grad(mse)(p, *part) for part in zip(xs, ys)))]
    g = {use}
    p = moved(p, g, lr)"""
    assert found(body, f"def mean(trees):\n    {helper}\n\n\n") == [("summed-grads", line)]


@pytest.mark.parametrize(
    ("job", "told"),
    [
        ("lambda p: jax.grad(mse)(p, x[r], y[r])", True),
        ("lambda p, r=r: jax.grad(mse)(p, x[r], y[r])", False),
    ],
)
def test_functions_that_all_see_the_last_rows(job: str, *, told: bool):
    body = f"""    n = x.shape[0] // micro_batches
    jobs = []
    for i in range(micro_batches):
        r = slice(i * n, (i + 1) * n)
        jobs.append({job})
    g = [sum(v) / micro_batches for v in zip(*(job(p) for job in jobs))]
    p = moved(p, g, lr)"""
    assert found(body) == ([("last-micro-batch-only", f"jobs.append({job})")] if told else [])


def test_zeros_that_a_helper_makes_are_made_at_the_wrong_time():
    before = """class Trainer:
    def __init__(self, p):
        self.p, self.g = p, {}

    def zero_grad(self):
        for i in range(len(self.p)):
            self.g[i] = jnp.zeros_like(self.p[i])

    def backward(self, x, y):
        self.zero_grad()
        for i, g in enumerate(jax.grad(mse)(self.p, x, y)):
            self.g[i] += g


"""
    body = """    trainer = Trainer(p)
    for part in zip(*parts(micro_batches, x, y)):
        trainer.backward(*part)
    p = moved(p, [trainer.g[i] / micro_batches for i in range(len(p))], lr)"""
    assert found(body, before) == [("last-micro-batch-only", "self.zero_grad()")]


SUMMED = """    xs, ys = parts(micro_batches, x, y)
    g = [sum(v) / micro_batches for v in zip(*(jax.grad(mse)(p, *part) for part in zip(xs, ys)))]
"""


def test_a_loops_name_that_is_bound_anew():
    before = "def step(p, g, lr):\n    for a, b in zip(p, g):\n        a -= lr * b\n\n\n"
    assert found(f"{SUMMED}    step(p, g, lr)", before) == [("update-discarded", "a -= lr * b")]


@pytest.mark.parametrize(
    "kept",
    [
        "self.p = moved(self.p, g, self.lr)",
        "self.p = [a - self.lr * b for a, b in zip(self.p, g)]",
        "new = moved(self.p, g, self.lr)\n        self.p = new",
    ],
)
def test_new_values_that_an_object_holds_are_not_discarded(kept: str):
    before = f"""class Optimizer:
    def __init__(self, p, lr):
        self.p, self.lr = p, lr

    def step(self, g):
        {kept}


"""
    body = f"{SUMMED}    optimizer = Optimizer(p, lr)\n    optimizer.step(g)"
    assert found(body, before) == [("stale-loss", "return result(p, x, y)")]


def test_a_loss_of_a_model_whose_clone_is_trained():
    before = """def loss(m, x, y):
    return mse([m.kernel[...], m.bias[...]], x, y)


def train(model, tx, xs, ys, n):
    g = [nnx.grad(loss)(model, *part) for part in zip(xs, ys)]
    tx.update(model, jax.tree.map(lambda *v: sum(v) / n, *g))


"""
    body = """    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    clone = nnx.clone(model)
    tx = nnx.Optimizer(clone, optax.sgd(lr), wrt=nnx.Param)
    train(clone, tx, *parts(micro_batches, x, y), micro_batches)"""
    end = "\n    return loss(model, x, y).astype(jnp.float32).reshape(1)\n"
    assert found(body, before, end) == [("update-discarded", end.strip())]


@pytest.mark.parametrize(("call", "line"), [("", "def evaluate(p, xs, ys, steps=1):"), (", 1", "LOSS")])
def test_a_default_that_says_how_much_is_evaluated(call: str, line: str):
    loss = "return mse(p, jnp.concatenate(taken[0]), jnp.concatenate(taken[1]))"
    before = f"def evaluate(p, xs, ys, steps=1):\n    taken = [v[:steps] for v in (xs, ys)]\n    {loss}\n\n\n"
    body = f"{SUMMED}    p = moved(p, g, lr)"
    end = f"\n    return evaluate(p, xs, ys{call}).astype(jnp.float32).reshape(1)\n"
    assert found(body, before, end) == [("partial-loss-returned", line.replace("LOSS", loss))]


@pytest.mark.parametrize(
    ("copy", "line"),
    [("half", "p = optax.apply_updates(half, updates)"), ("p", "p = optax.tree.cast(p, BF)")],
)
def test_a_copy_that_takes_the_update_in_place_of_the_masters(copy: str, line: str):
    body = f"""    tx = optax.sgd(lr)
    {copy} = optax.tree.cast(p, BF)
    updates, _ = tx.update(jax.grad(mse)(p, x, y), tx.init(p))
    p = optax.apply_updates({copy}, updates)"""
    assert found(body)[:1] == [("master-downcast", line)]


def test_a_sum_that_a_recursion_rounds_is_no_mistake_of_the_update():
    body = """    tx = optax.chain(optax.trace(1.0, accumulator_dtype=BF), optax.sgd(lr / micro_batches))
    xs, ys = parts(micro_batches, x, y)

    def after(i, state):
        updates, state = tx.update(jax.grad(mse)(p, xs[i], ys[i]), state)
        return updates if i + 1 == micro_batches else after(i + 1, state)

    p = optax.apply_updates(p, after(0, tx.init(p)))"""
    assert [name for name, _ in found(body)] == ["low-precision-accumulator"]


@pytest.mark.parametrize(
    ("value", "told"),
    [("jax.grad(mse)(p, xs[i], ys[i])[0]", True), ("t + jax.grad(mse)(p, xs[i], ys[i])[0]", False)],
)
def test_a_carry_that_is_written_over(value: str, *, told: bool):
    line = f"return t.at[:].set({value})"
    body = f"""    xs, ys = parts(micro_batches, x, y)

    def put(i, t):
        {line}

    t = jax.lax.fori_loop(0, micro_batches, put, jnp.zeros_like(p[0]))
    p = [p[0] - lr * t / micro_batches, p[1]]"""
    assert found(body) == ([("last-micro-batch-only", line)] if told else [])


@pytest.mark.parametrize(
    "merged",
    ["functools.reduce(operator.or_, grads)", "functools.reduce(lambda a, b: {**a, **b}, grads)"],
)
def test_tables_of_gradients_that_are_merged(merged: str):
    body = f"""    pieces = zip(*parts(micro_batches, x, y))
    grads = (dict(enumerate(jax.grad(mse)(p, *piece))) for piece in pieces)
    mean = {merged}
    p = [a - lr * mean[i] / micro_batches for i, a in enumerate(p)]"""
    assert found(body) == [("last-micro-batch-only", f"mean = {merged}")]


@pytest.mark.parametrize(
    ("kept", "line"),
    [("", "return w.astype(BF), v.astype(BF)"), (", w, v", "p = [v.astype(jnp.float32) for v in half[:2]]")],
)
def test_masters_that_a_helper_keeps_only_a_copy_of(kept: str, line: str):
    before = f"""def store(*given):
    w, v = (value * 1.0 for value in masters(*given))
    return w.astype(BF), v.astype(BF){kept}


"""
    body = """    half = store(seed, x, y)
    g = jax.grad(mse)(half[:2], x, y)
    p = [v.astype(jnp.float32) for v in half[:2]]
    p = moved(p, [v.astype(jnp.float32) for v in g], lr)"""
    assert found(body, before)[0] == ("master-downcast", line)


@pytest.mark.parametrize(
    ("chain", "told"),
    [
        ("optax.sgd(lr), optax.normalize_by_update_norm()", True),
        ("optax.normalize_by_update_norm(), optax.sgd(lr)", False),
        ("optax.sgd(lr), optax.normalize_by_update_norm(), optax.scale(lr)", False),
        ("optax.sgd(lr), optax.clip_by_global_norm(1.0)", False),
    ],
)
def test_a_rate_that_is_divided_out(chain: str, *, told: bool):
    line = f"tx = optax.chain({chain})"
    body = f"""    {line}
    updates, _ = tx.update(jax.grad(mse)(p, x, y), tx.init(p))
    p = optax.apply_updates(p, updates)"""
    assert [one for one in found(body) if one[0] == "lr-ignored"] == ([("lr-ignored", line)] if told else [])


@pytest.mark.parametrize(("kind", "line"), [("BF", "tx = "), ("jnp.float32", "updates, state = tx.update")])
def test_an_accumulator_that_is_given_half_gradients(kind: str, line: str):
    body = f"""    cast = lambda t: jax.tree.map(lambda v: v.astype(BF), t)
    wide = optax.stateless(lambda t, _: jax.tree.map(lambda v: v.astype(jnp.float32), t))
    tx = optax.MultiSteps(optax.chain(wide, optax.sgd(lr)), micro_batches, accumulator_dtype={kind})
    state = tx.init(p)
    for part in zip(*parts(micro_batches, x, y)):
        updates, state = tx.update(jax.grad(mse)(cast(p), *part), state, p)
        p = optax.apply_updates(p, updates)"""
    ((name, told),) = found(body)
    assert (name, told[: len(line)]) == ("low-precision-accumulator", line)


@pytest.mark.parametrize(
    ("divided", "told"),
    [
        ("g / micro_batches", True),
        ("(1 / micro_batches) * g", True),
        ("g.astype(jnp.float32) / micro_batches", False),
        ("g * 0.5 * 2 / jnp.float32(micro_batches)", False),
    ],
)
def test_a_parts_gradient_that_is_divided_before_it_is_added(divided: str, *, told: bool):
    """Rounded by that, unless there are 2, 4 or 8 parts; a product with a power of two never is."""
    body = f"""    half = [a.astype(BF) for a in p]
    total = [jnp.zeros_like(a) for a in p]
    for a, b in zip(*parts(micro_batches, x, y)):
        grads = [{divided} for g in jax.grad(mse)(half, a, b)]
        total = [t + g.astype(jnp.float32) for t, g in zip(total, grads)]
    p = moved(p, total, lr)"""
    line = f"grads = [{divided} for g in jax.grad(mse)(half, a, b)]"
    assert found(body) == ([("low-precision-grads", line)] if told else [])


def test_a_helper_that_is_given_to_a_tree_map_is_no_loop():
    before = """def half(t):
    return t.astype(BF)


def rounded(p, x, y):
    k, b = jax.tree.map(half, p)
    return jnp.mean((half(x) @ k + b - half(y)) ** 2)


"""
    body = """    for part in zip(*parts(micro_batches, x, y)):
        grads = jax.grad(rounded)(p, *part)
    p = moved(p, grads, lr)"""
    assert found(body, before) == [("last-micro-batch-only", "grads = jax.grad(rounded)(p, *part)")]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("total = list(map(jnp.add, carry, g))\n        return g, total[0]", "return g, total[0]"),
        ("carry = g\n        return carry, None", "carry = g"),
        ("new = g\n        return new, None", "new = g"),
    ],
)
def test_a_sum_that_a_loop_does_not_carry_on(body: str, line: str):
    step = f"""    def turn(carry, xy):
        g = jax.grad(mse)(p, *xy)
        {body}

    total, _ = jax.lax.scan(turn, [jnp.zeros_like(a) for a in p], tuple(parts(micro_batches, x, y)))
    p = moved(p, [g / micro_batches for g in total], lr)"""
    assert found(step) == [("last-micro-batch-only", line)]


def test_a_gradient_that_is_put_in_place_of_what_a_loop_carries():
    step = """    xs, ys = parts(micro_batches, x, y)

    def turn(i, total):
        total = jax.grad(mse)(p, xs[i], ys[i])
        return total

    total = jax.lax.fori_loop(0, micro_batches, turn, [jnp.zeros_like(a) for a in p])
    p = moved(p, [g / micro_batches for g in total], lr)"""
    assert found(step) == [("last-micro-batch-only", "total = jax.grad(mse)(p, xs[i], ys[i])")]


def test_a_helper_that_rounds_what_it_is_given_is_wrong_itself():
    before = """def descend(p, g, rate):
    rate = jnp.asarray(rate, BF)
    return (p.astype(rate.dtype) - rate * g.astype(rate.dtype)).astype(p.dtype)


"""
    body = """    g = jax.vmap(jax.grad(mse), (None, 0, 0))(p, *parts(micro_batches, x, y))
    p = [descend(a, b.mean(0), lr) for a, b in zip(p, g)]"""
    line = "return (p.astype(rate.dtype) - rate * g.astype(rate.dtype)).astype(p.dtype)"
    assert found(body, before) == [("low-precision-update", line)]


def test_a_default_of_a_class_that_has_the_same_seed_each_time():
    before = """class Regression(nnx.Module):
    def __init__(self, n, m, *, rngs=nnx.Rngs(0)):
        self.linear = nnx.Linear(n, m, rngs=nnx.clone(rngs))


"""
    body = """    net = Regression(x.shape[1], y.shape[1])
    p = [net.linear.kernel[...], net.linear.bias[...]]
    g = jax.vmap(jax.grad(mse), (None, 0, 0))(p, *parts(micro_batches, x, y))
    p = moved(p, [a.mean(0) for a in g], lr)"""
    assert found(body, before) == [("seed-ignored", "net = Regression(x.shape[1], y.shape[1])")]


def test_a_division_of_which_nothing_is_kept_is_where_the_sum_stays_a_sum():
    body = """    g = [jnp.zeros_like(a) for a in p]
    for a, b in zip(*parts(micro_batches, x, y)):
        g = [one + other for one, other in zip(g, jax.grad(mse)(p, a, b))]
    jax.tree.map(lambda one: one / micro_batches, g)
    p = moved(p, g, lr)"""
    line = "jax.tree.map(lambda one: one / micro_batches, g)"
    assert found(body) == [("summed-grads", line)]


def test_a_store_into_the_sum_s_place_is_where_the_other_parts_are_lost():
    body = """    xs, ys = parts(micro_batches, x, y)

    def turn(i, total):
        k, b = jax.grad(mse)(p, xs[i], ys[i])
        kernel, bias = total
        kernel = kernel.at[:].set(k)
        bias = bias.at[:].set(b)
        return kernel, bias

    g = jax.lax.fori_loop(0, micro_batches, turn, tuple(jnp.zeros_like(a) for a in p))
    p = moved(p, [a / micro_batches for a in g], lr)"""
    assert found(body) == [("last-micro-batch-only", "kernel = kernel.at[:].set(k)")]


def test_an_object_that_is_called_sgd_makes_no_optimizer():
    before = """class SGD:
    rate = 0.1

    def __call__(self, p, g):
        return [a - self.rate * b for a, b in zip(p, g)]


"""
    body = """    sgd, count = SGD(), micro_batches
    g = jax.vmap(jax.grad(mse), (None, 0, 0))(p, *parts(count, x, y))
    p = sgd(p, [a.mean(0) for a in g])"""
    assert found(body, before) == [("lr-ignored", "return [a - self.rate * b for a, b in zip(p, g)]")]


def test_a_helper_that_rounds_each_increment_is_wrong_wherever_it_is_called():
    before = """def step(p, g, lr):
    increment = (lr * g).astype(BF)
    return p - increment


"""
    body = """    g = jax.vmap(jax.grad(mse), (None, 0, 0))(p, *parts(micro_batches, x, y))
    kernel = step(p[0], g[0].mean(0), lr)
    bias = step(p[1], g[1].mean(0), lr)
    p = [kernel, bias]"""
    assert found(body, before) == [("low-precision-update", "increment = (lr * g).astype(BF)")]


def test_a_sum_that_an_element_of_the_chain_rounds():
    before = """def cast_to(dtype):
    return optax.stateless(lambda u, p: jax.tree.map(lambda a: a.astype(dtype), u))


"""
    body = """    tx = optax.chain(
        optax.scale(1 / micro_batches),
        cast_to(BF),
        cast_to(jnp.float32),
        optax.sgd(lr),
    )
    g = [jnp.zeros_like(a) for a in p]
    for a, b in zip(*parts(micro_batches, x, y)):
        g = [one + other for one, other in zip(g, jax.grad(mse)(p, a, b))]
    p = optax.apply_updates(p, tx.update(g, tx.init(p), p)[0])"""
    assert found(body, before) == [("low-precision-accumulator", "cast_to(BF),")]


def test_a_helper_that_rounds_the_error_decides_what_it_is_computed_in():
    before = """def squares(prediction, target):
    error = (prediction - target).astype(BF)
    return jnp.mean(error * error)


def loss(p, x, y):
    return squares(x.astype(BF) @ p[0].astype(BF) + p[1].astype(BF), y)


"""
    body = """    g = jax.vmap(jax.grad(loss), (None, 0, 0))(p, *parts(micro_batches, x, y))
    p = moved(p, [a.mean(0) for a in g], lr)"""
    assert found(body, before) == [("uncast-targets", "error = (prediction - target).astype(BF)")]


@pytest.mark.parametrize(
    "kept",
    [
        "total.update({name: g[name] / micro_batches for name in g})",
        "total = {**total, **g}",
    ],
)
def test_a_table_whose_entries_are_written_over(kept: str):
    body = f"""    total = {{"k": jnp.zeros_like(p[0]), "b": jnp.zeros_like(p[1])}}
    for a, b in zip(*parts(micro_batches, x, y)):
        g = dict(zip("kb", jax.grad(mse)(p, a, b)))
        {kept}
    p = moved(p, [total["k"], total["b"]], lr)"""
    assert found(body) == [("last-micro-batch-only", kept)]


def test_a_loop_over_the_leaves_that_puts_each_in_its_place():
    body = """    total = [0.0, 0.0]
    for a, b in zip(*parts(micro_batches, x, y)):
        for place, g in enumerate(jax.grad(mse)(p, a, b)):
            total[place] = g / micro_batches
    p = moved(p, total, lr)"""
    assert found(body) == [("last-micro-batch-only", "total[place] = g / micro_batches")]


@pytest.mark.parametrize(
    ("before", "made", "line"),
    [
        ("rngs = nnx.Rngs(1)\n\n\n", "nnx.Linear(x.shape[1], y.shape[1], rngs=rngs)", "rngs = nnx.Rngs(1)"),
        (
            "def layer(n, m, rngs=nnx.Rngs(0)):\n    return nnx.Linear(n, m, rngs=rngs)\n\n\n",
            "layer(x.shape[1], y.shape[1])",
            "net = layer(x.shape[1], y.shape[1])",
        ),
        ("", "nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))", None),
    ],
)
def test_a_generator_that_is_made_once_is_named_where_the_program_cant_be_read(
    before: str, made: str, line: str | None
):
    source = f"from flax import nnx\n\n\n{before}{STEP}    net = {made}\n"
    clues = Clues(problem=problem("accumulated_step"), flow=unavailable("it can't be traced"), source=source)
    lines = source.splitlines()
    found = [lines[(one.line or 0) - 1].strip() for one in seed_ignored.detect(clues)]
    assert found == ([] if line is None else [line])


@pytest.mark.parametrize("kept", ["grads[1]", "+grads[1]"])
def test_one_of_the_sums_that_an_object_has_is_written_over(kept: str):
    before = f"""class Sums:
    def __init__(self, p):
        self.k, self.b = (jnp.zeros_like(v) for v in p)

    def add(self, grads):
        self.k += grads[0]
        self.b = {kept}


"""
    body = """    sums = Sums(p)
    for part in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        sums.add(jax.grad(mse)(p, *part))
    p = moved(p, [sums.k / micro_batches, sums.b / micro_batches], lr)"""
    assert found(body, before) == [("last-micro-batch-only", f"self.b = {kept}")]


def test_one_of_the_sums_that_is_not_divided():
    body = """    g = [jnp.zeros_like(v) for v in p]
    for part in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = [a + b for a, b in zip(g, jax.grad(mse)(p, *part))]
    g = [v / micro_batches if v.ndim > 1 else v for v in g]
    p = moved(p, g, lr)"""
    line = "g = [v / micro_batches if v.ndim > 1 else v for v in g]"
    assert found(body) == [("summed-grads", line)]
