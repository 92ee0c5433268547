# expect: pitfall|wrong_answer
# finding: unchecked-overflow|partial-finite-check
import jax
import jax.numpy as jnp
from flax import nnx


class ParamGroup(nnx.Module):
    def __init__(self, d, k, seed):
        self.lin = nnx.Linear(d, k, rngs=nnx.Rngs(seed))

    def named(self):
        return {'kernel': self.lin.kernel, 'bias': self.lin.bias}

    def step(self, grads, lr):
        for n, p in self.named().items():
            p[...] = jnp.where(jnp.isfinite(grads[n]).all(), p[...] - lr * grads[n], p[...])  #@ unchecked-overflow, partial-finite-check


def mse16(values, xh, yh):
    v = {n: a.astype(jnp.float16) for n, a in values.items()}
    return jnp.mean(jnp.square(xh @ v['kernel'] + v['bias'] - yh)).astype(jnp.float32)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    group = ParamGroup(x.shape[1], y.shape[1], int(seed))
    snap = lambda: {n: p[...] for n, p in group.named().items()}
    xh, yh = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)
    grads = jax.grad(lambda v: mse16(v, xh, yh) * loss_scale)(snap())
    grads = {n: g / loss_scale for n, g in grads.items()}
    group.step(grads, lr)
    finite = all(bool(jnp.isfinite(g).all()) for g in grads.values())
    if finite:
        c = good_steps + 1
        s = loss_scale
        if c == growth_interval:
            s, c = min(s + s, 2.0**24), 0
    else:
        s, c = max(loss_scale / 2, 1.0), 0
    return jnp.array([mse16(snap(), xh, yh), s, c], dtype=jnp.float32)
