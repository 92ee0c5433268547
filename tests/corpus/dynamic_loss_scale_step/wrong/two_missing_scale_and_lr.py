# expect: wrong_answer
# finding: missing-loss-scale
# finding: lr-ignored
# allow: doubly-unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def make_step(tx=optax.sgd(0.1)):  #@ lr-ignored
    def step(model, loss_fn, scale):
        opt = nnx.Optimizer(model, tx, wrt=nnx.Param)
        grads = nnx.grad(loss_fn)(model)  #@ missing-loss-scale
        grads = jax.tree.map(lambda g: g.astype(jnp.float32) / scale, grads)
        ok = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
        if ok:
            opt.update(model, grads)
        return ok

    return step


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))

    def loss_fn(m):
        return jnp.mean((m(x) - y.astype(jnp.float16)) ** 2).astype(jnp.float32)

    ok = make_step()(model, loss_fn, loss_scale)  #@ lr-ignored
    n = good_steps + 1
    if not ok:
        s, n = max(loss_scale / 2, 1.0), 0
    elif n == growth_interval:
        s, n = min(loss_scale * 2, 2.0**24), 0
    else:
        s = loss_scale
    return jnp.array([loss_fn(model), s, n], dtype=jnp.float32)
