# expect: pitfall|wrong_answer
# finding: full-precision-forward
"""The bias is cast, the kernel isn't, since a set of names to cast has a slip."""
import jax
import jax.numpy as jnp
from flax import nnx

CAST = {"kernel_", "bias"}  #@ full-precision-forward


def half_copy(params):
    return {k: v.astype(jnp.float16) if k in CAST else v for k, v in params.items()}


def forward(p, x):
    out = jax.lax.dot_general(x.astype(p["kernel"].dtype), p["kernel"], (((1,), (0,)), ((), ())))  #@ full-precision-forward
    return out.astype(jnp.float16) + p["bias"]


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(p):
        return jnp.mean(jnp.square(forward(half_copy(p), x16) - y16))

    g = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    g = jax.tree.map(lambda a: a / loss_scale, g)
    finite = jnp.isfinite(g["kernel"]).all() & jnp.isfinite(g["bias"]).all()
    params = jax.tree.map(lambda p, a: jnp.where(finite, p - lr * a, p), params, g)
    count = jnp.where(finite, good_steps + 1, 0)
    due = count == growth_interval
    s = jnp.where(finite, jnp.where(due, min(2 * loss_scale, 2.0**24), loss_scale), max(loss_scale / 2, 1.0))
    return jnp.array([loss(params).astype(jnp.float32), s, jnp.where(due, 0, count)], dtype=jnp.float32)
