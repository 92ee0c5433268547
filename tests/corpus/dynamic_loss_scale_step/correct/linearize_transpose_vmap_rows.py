# expect: accepted
import operator
import functools
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    f16, f32 = jnp.float16, jnp.float32
    mod = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    primal = (mod.kernel[...], mod.bias[...])
    rows, goals = jnp.asarray(x).astype(f16), jnp.asarray(y).astype(f16)

    def cost(w, b):
        w, b = w.astype(f16), b.astype(f16)
        return jnp.mean(jnp.square(jax.vmap(lambda r: r @ w + b)(rows) - goals))

    _, lin = jax.linearize(lambda w, b: cost(w, b).astype(f32) * jnp.asarray(loss_scale, f32), *primal)
    grads = jax.linear_transpose(lin, *primal)(jnp.ones((), f32))
    grads = tuple(operator.truediv(g, jnp.asarray(loss_scale, f32)) for g in grads)
    ok = functools.reduce(operator.and_, (jnp.isfinite(g).all() for g in grads))
    moved = tuple(jnp.where(ok, operator.sub(p, lr * g), p) for p, g in zip(primal, grads))

    match bool(ok), good_steps + 1 - growth_interval:
        case False, _:
            scale, count = max(loss_scale / 2, 1.0), 0
        case True, 0:
            scale, count = min(loss_scale * 2, 2.0**24), 0
        case True, _:
            scale, count = loss_scale, good_steps + 1
    return jnp.asarray([cost(*moved).astype(f32), scale, count], f32)
