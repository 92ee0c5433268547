# expect: accepted
import jax
from jax import lax, numpy as jnp
from flax import nnx

f16, f32 = jnp.float16, jnp.float32


def forward_loss(params, x, y):
    W, b = params["W"].astype(f16), params["b"].astype(f16)
    e = lax.dot(x.astype(f16), W) + b - y.astype(f16)
    return jnp.mean(e * e)


@jax.jit
def _go(params, x, y, lr, S, good, interval):
    g = jax.grad(lambda p: forward_loss(p, x, y).astype(f32) * S)(params)
    g = jax.tree.map(lambda t: t.astype(f32) / S, g)
    finite = jnp.all(jnp.stack([jnp.all(jnp.isfinite(t)) for t in jax.tree.leaves(g)]))

    def good_branch(operand):
        p, s, n = operand
        p = jax.tree.map(lambda a, d: a - lr * d, p, g)
        s, n = lax.cond(
            n + 1 == interval,
            lambda: (jnp.minimum(s * 2.0, f32(2**24)), jnp.int32(0)),
            lambda: (s, n + 1),
        )
        return p, s, n

    def bad_branch(operand):
        p, s, _ = operand
        return p, jnp.maximum(s * 0.5, f32(1)), jnp.int32(0)

    params, S, good = lax.cond(finite, good_branch, bad_branch, (params, S, good))
    return jnp.array([forward_loss(params, x, y).astype(f32), S, good.astype(f32)])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    return _go(
        {"W": lin.kernel[...], "b": lin.bias[...]},
        x, y, f32(lr), f32(loss_scale), jnp.int32(good_steps), jnp.int32(growth_interval),
    )
