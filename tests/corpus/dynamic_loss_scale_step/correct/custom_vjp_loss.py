# expect: accepted
"""The half-precision loss has a hand-written backward in float16 by way of jax.custom_vjp."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx

H, F = jnp.float16, jnp.float32


@jax.custom_vjp
def mse16(params, x, y):
    return _forward(params, x, y)[0]


def _forward(params, x, y):
    w, b = params
    w, b, x, y = w.astype(H), b.astype(H), x.astype(H), y.astype(H)
    err = x @ w + b - y
    return jnp.mean(err * err), (x, err)


def _backward(res, ct):
    x, err = res
    share = (ct.astype(F) / err.size).astype(H)
    d = share * (err + err)
    dw = (x.T @ d).astype(F)
    db = jnp.sum(d, axis=0).astype(F)
    return (dw, db), None, None


mse16.defvjp(_forward, _backward)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel.get_value(), lin.bias.get_value())
    s = jnp.float32(loss_scale)
    grads = jax.grad(lambda p: mse16(p, x, y).astype(F) * s)(params)
    grads = tuple(g / s for g in grads)
    finite = jnp.isfinite(grads[0]).all() & jnp.isfinite(grads[1]).all()
    params = tuple(jnp.where(finite, p - lr * g, p) for p, g in zip(params, grads))
    grow = finite & (good_steps + 1 == growth_interval)
    s_next = jnp.where(grow, jnp.minimum(2 * s, 2.0**24), jnp.where(finite, s, jnp.maximum(s / 2, 1.0)))
    n_next = jnp.where(finite & ~grow, good_steps + 1, 0)
    return jnp.stack([mse16(params, x, y).astype(F), s_next, n_next.astype(F)])
