# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Policy:
    """Like jmp.Policy, without the dependency."""

    def __init__(self, param, compute, output):
        self.param, self.compute, self.output = param, compute, output

    @staticmethod
    def _cast(tree, dtype):
        return jax.tree.map(lambda a: jnp.asarray(a, dtype), tree)

    def to_param(self, tree):
        return self._cast(tree, self.param)

    def to_compute(self, tree):
        return self._cast(tree, self.compute)

    def to_output(self, tree):
        return self._cast(tree, self.output)


POLICY = Policy(jnp.float32, jnp.float16, jnp.float32)


class DynamicLossScale:
    def __init__(self, loss_scale, counter, period, factor=2, min_scale=1.0, max_scale=2.0**24):
        self.loss_scale, self.counter, self.period = loss_scale, counter, period
        self.factor, self.min_scale, self.max_scale = factor, min_scale, max_scale

    def scale(self, v):
        return v * self.loss_scale

    def unscale(self, tree):
        inv = jnp.float32(1.0) / jnp.float32(self.loss_scale)
        return jax.tree.map(lambda g: g * inv, tree)

    def adjust(self, finite):
        if finite:
            reached = self.counter == (self.period - 1)
            new = min(self.loss_scale * self.factor, self.max_scale) if reached else self.loss_scale
            return DynamicLossScale(new, (self.counter + 1) % self.period, self.period)
        return DynamicLossScale(max(self.loss_scale / self.factor, self.min_scale), 0, self.period)


def select_tree(pred, a, b):
    return jax.tree.map(lambda u, v: jax.lax.select(pred, u, v), a, b)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    ls = DynamicLossScale(loss_scale, good_steps, growth_interval)
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (model.kernel[...], model.bias[...])

    def loss_fn(params):
        (w, b), xc, yc = POLICY.to_compute((params, x, y))
        return POLICY.to_output(jnp.mean((xc @ w + b - yc) ** 2))

    grads = jax.grad(lambda p: ls.scale(loss_fn(p)))(params)
    grads = ls.unscale(POLICY.to_param(grads))
    finite = jnp.all(jnp.stack([jnp.all(jnp.isfinite(g)) for g in grads]))
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params), params)
    params = select_tree(finite, optax.apply_updates(params, updates), params)
    ls = ls.adjust(bool(finite))
    return jnp.array([loss_fn(params), ls.loss_scale, ls.counter])
