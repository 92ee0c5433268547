# expect: pitfall|wrong_answer
# finding: scale-grown-early
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Counter:
    def __init__(self, start, limit):
        self.value, self.limit = start, limit

    def tick(self):
        self.value += 1
        return self

    def full(self):
        return self.value + 1 >= self.limit  #@ scale-grown-early

    def clear(self):
        self.value = 0


class Scale:
    MIN, MAX = 1.0, 2.0**24

    def __init__(self, value, counter):
        self.value, self.counter = value, counter

    def on_success(self):
        if self.counter.tick().full():  #@ scale-grown-early
            self.value = min(self.value * 2.0, self.MAX)
            self.counter.clear()

    def on_overflow(self):
        self.value = max(self.value / 2.0, self.MIN)
        self.counter.clear()


class Model:
    def __init__(self, module):
        self.graphdef, self.params = nnx.split(module)

    def half_params(self):
        return jax.tree.map(lambda p: p.astype(jnp.float16), self.params)

    def loss(self, params, x, y):
        return jnp.mean(jnp.square(nnx.merge(self.graphdef, params)(x) - y))


def grads_of(model, scale, x, y):
    def scaled(p):
        return model.loss(p, x, y).astype(jnp.float32) * scale.value

    return jax.tree.map(lambda g: g.astype(jnp.float32) / scale.value,
                        jax.grad(scaled)(model.half_params()))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = Model(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    scale = Scale(loss_scale, Counter(good_steps, growth_interval))
    x, y = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)
    grads = grads_of(model, scale, x, y)

    if all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads)):
        tx = optax.sgd(lr)
        updates, _ = tx.update(grads, tx.init(model.params))
        model.params = optax.apply_updates(model.params, updates)
        scale.on_success()
    else:
        scale.on_overflow()

    loss = model.loss(model.half_params(), x, y).astype(jnp.float32)
    return jnp.array([loss, scale.value, scale.counter.value], jnp.float32)
