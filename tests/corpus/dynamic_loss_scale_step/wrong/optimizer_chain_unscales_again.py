# expect: pitfall|wrong_answer
# finding: doubly-unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Engine:
    """value_and_grad that hides the scale, in the manner of DeepSpeed."""

    def __init__(self, fn, scale):
        self.fn, self.scale = fn, scale

    def backward(self, params, *batch):
        v, g = jax.value_and_grad(lambda p: self.fn(p, *batch) * self.scale)(params)
        return v / self.scale, jax.tree.map(lambda t: t.astype(jnp.float32) / self.scale, g)


def build_optimizer(lr, scale):
    return optax.chain(
        optax.scale(1.0 / scale),  #@ doubly-unscaled-grads
        optax.sgd(lr),
    )


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    gd, p = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    to_half = lambda t: jax.tree.map(lambda a: jnp.asarray(a, jnp.float16), t)
    engine = Engine(lambda q, a, b: jnp.mean(jnp.square(nnx.merge(gd, to_half(q))(a) - b)).astype(jnp.float32), loss_scale)
    batch = to_half([x, y])
    tx = build_optimizer(lr, loss_scale)
    _, g = engine.backward(p, *batch)
    ok = bool(jnp.stack([jnp.isfinite(t).all() for t in jax.tree.leaves(g)]).all())
    u, _ = tx.update(g, tx.init(p), p)
    p = optax.apply_updates(p, u) if ok else p
    c = (good_steps + 1) * ok
    s = loss_scale
    if c == growth_interval:
        s, c = min(2.0**24, s * 2), 0
    if not ok:
        s = max(1.0, s / 2)
    return jnp.array([engine.fn(p, *batch), s, c], jnp.float32)
