# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def cast_floats(tree, dtype):
    def cast(a):
        a = jnp.asarray(a)
        return a.astype(dtype) if jnp.issubdtype(a.dtype, jnp.floating) else a

    return jax.tree.map(cast, tree)


def count_params(tree):
    return sum(leaf.size for leaf in jax.tree.leaves(tree))


def batches(x, y, size):
    for i in range(0, len(x), size):
        yield x[i : i + size], y[i : i + size]


class Trainer:
    MIN, MAX = 1.0, 2.0**24

    def __init__(self, module, tx, scale, good, interval, compute=jnp.float16):
        self.graphdef, self.params = nnx.split(module)
        self.tx, self.opt_state = tx, tx.init(self.params)
        self.scale, self.good, self.interval = scale, good, interval
        self.compute = compute

    def loss(self, params, x, y):
        params, x, y = cast_floats((params, x, y), self.compute)
        pred = nnx.merge(self.graphdef, params)(x)
        return jnp.mean(jnp.square(pred - y))

    def gradients(self, x, y):
        def scaled(params):
            return self.loss(params, x, y).astype(jnp.float32) * self.scale

        grads = cast_floats(jax.grad(scaled)(self.params), jnp.float32)
        return jax.tree.map(lambda g: g / self.scale, grads)

    def on_finite(self, grads):
        updates, self.opt_state = self.tx.update(grads, self.opt_state, self.params)
        self.params = optax.apply_updates(self.params, updates)
        self.good += 1
        if self.good >= self.interval:
            self.good = 0
            self.scale = min(self.scale * 2, self.MAX)

    def on_overflow(self):
        self.good = 0
        self.scale = max(self.scale / 2, self.MIN)

    def step(self, x, y):
        grads = self.gradients(x, y)
        if all(map(lambda g: bool(jnp.isfinite(g).all()), jax.tree.leaves(grads))):
            self.on_finite(grads)
        else:
            self.on_overflow()
        return self


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    module = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    t = Trainer(module, optax.sgd(lr), loss_scale, good_steps, growth_interval).step(x, y)
    return jnp.array([t.loss(t.params, x, y), t.scale, t.good], dtype=jnp.float32)
