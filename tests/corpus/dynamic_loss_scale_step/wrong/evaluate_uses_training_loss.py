# expect: pitfall|wrong_answer
# finding: scaled-loss-returned
import functools
import jax
import jax.numpy as jnp
from flax import nnx


def make_objective(graph, batch, scale):
    def objective(masters, *, scale=scale):
        half = jax.tree.map(lambda m: m.astype(jnp.float16), masters)
        d = nnx.merge(graph, half)(batch[0]) - batch[1]
        return jnp.mean(d**2).astype(jnp.float32) * scale
    return objective


class Fitter:
    def __init__(self, seed, din, dout):
        self.graph, self.masters = nnx.split(nnx.Linear(din, dout, rngs=nnx.Rngs(seed)))

    def fit(self, objective, lr, divisor):
        g = jax.tree.map(lambda t: t / divisor, jax.grad(objective)(self.masters))
        ok = functools.reduce(jnp.logical_and, [jnp.isfinite(t).all() for t in jax.tree.leaves(g)])
        self.masters = jax.tree.map(lambda p, t: jnp.where(ok, p - lr * t, p), self.masters, g)
        return bool(ok)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    f = Fitter(int(seed), x.shape[1], y.shape[1])
    objective = make_objective(f.graph, (jnp.float16(x), jnp.float16(y)), jnp.float32(loss_scale))
    ok = f.fit(objective, lr, jnp.float32(loss_scale))
    counts = [good_steps + 1, 0][0 if ok else 1]
    scales = [loss_scale, max(loss_scale / 2, 1.0)][0 if ok else 1]
    if ok and counts == growth_interval:
        counts, scales = 0, min(scales * 2, 2.0**24)
    return jnp.array([objective(f.masters), scales, counts], dtype=jnp.float32)  #@ scaled-loss-returned
