# expect: pitfall|wrong_answer
# finding: doubly-unscaled-grads
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx


@partial(jax.custom_vjp, nondiff_argnums=(1,))
def enter_half(p, scale):
    return jax.tree.map(lambda a: a.astype(jnp.float16), p)


def enter_half_fwd(p, scale):
    return enter_half(p, scale), None


def enter_half_bwd(scale, _, ct):
    return (jax.tree.map(lambda c: c.astype(jnp.float32) / scale, ct),)  #@ doubly-unscaled-grads


enter_half.defvjp(enter_half_fwd, enter_half_bwd)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"k": lin.kernel[...], "b": lin.bias[...]}
    xh, yh = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(p):
        q = enter_half(p, loss_scale)
        return jnp.mean(jnp.square(xh @ q["k"] + q["b"] - yh)).astype(jnp.float32)

    value, pull = jax.vjp(lambda p: loss(p) * loss_scale, p)
    (g,) = pull(jnp.ones_like(value))
    g = jax.tree.map(lambda a: a / loss_scale, g)  #@ doubly-unscaled-grads
    ok = bool(jnp.isfinite(g["k"]).all() and jnp.isfinite(g["b"]).all())
    match (ok, good_steps + 1 == growth_interval):
        case (True, True):
            s, n = min(2 * loss_scale, 2.0**24), 0
        case (True, False):
            s, n = loss_scale, good_steps + 1
        case _:
            s, n = max(loss_scale / 2, 1.0), 0
    if ok:
        p = jax.tree.map(lambda a, d: a - lr * d, p, g)
    return jnp.array([loss(p), s, n], jnp.float32)
