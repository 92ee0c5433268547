# expect: pitfall|wrong_answer
# finding: doubly-unscaled-grads
import jax
import jax.numpy as jnp
from flax import nnx


class Scaler:
    def __init__(self, s):
        self.s = s

    def unscale_(self, ps):
        return jax.tree.map(lambda g: g.astype(jnp.float32) / self.s, ps)

    def step(self, params, grads, lr):
        grads = self.unscale_(grads)  #@ doubly-unscaled-grads
        return jax.tree.map(lambda p, g: p - lr * g, params, grads)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    params = nnx.as_pure(nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))))
    x, y = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)
    scaler = Scaler(loss_scale)

    def compute_loss(p):
        p = jax.tree.map(lambda a: a.astype(jnp.float16), p)
        return jnp.mean(jnp.square(jnp.dot(x, p["kernel"]) + p["bias"] - y))

    grads = jax.grad(lambda p: compute_loss(p).astype(jnp.float32) * scaler.s)(params)
    # needed for the check (and for clipping, if I ever want it)
    grads = scaler.unscale_(grads)  #@ doubly-unscaled-grads
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if finite:
        params = scaler.step(params, grads, lr)  #@ doubly-unscaled-grads

    count = good_steps + 1 if finite else 0
    new = loss_scale if finite else max(loss_scale / 2, 1.0)
    if count == growth_interval:
        new, count = min(new * 2, 2.0**24), 0
    return jnp.array([compute_loss(params).astype(jnp.float32), new, count], jnp.float32)
