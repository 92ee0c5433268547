# expect: wrong_answer
# finding: partial-finite-check
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def all_finite(grads):
    finite = True
    for g in jax.tree.leaves(grads):
        finite = jnp.all(jnp.isfinite(g))  #@ partial-finite-check
    return finite


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    gd, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    xh, yh = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(params):
        model = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.float16), params))
        return jnp.mean(optax.squared_error(model(xh), yh)).astype(jnp.float32)

    grads = jax.grad(lambda p: loss_fn(p) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finite = all_finite(grads)
    params = jax.tree.map(lambda p, g: jnp.where(finite, p - lr * g, p), params, grads)
    if not finite:
        nxt = max(loss_scale / 2, 1.0), 0
    elif good_steps + 1 == growth_interval:
        nxt = min(loss_scale * 2, 2.0**24), 0
    else:
        nxt = loss_scale, good_steps + 1
    return jnp.array([loss_fn(params), *nxt], dtype=jnp.float32)
