# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    """Stacks old and new parameters and takes row int(finite)."""
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    old = {"k": lin.kernel[...], "b": lin.bias[...]}
    xb = jnp.array(x, dtype=jnp.float16)
    yb = jnp.array(y, dtype=jnp.float16)

    def f(p):
        out = jax.lax.dot_general(xb, p["k"].astype(jnp.float16), (((1,), (0,)), ((), ())))
        out += p["b"].astype(jnp.float16)[None, :]
        return jnp.mean(jax.lax.integer_pow(out - yb, 2))

    g = jax.grad(lambda p: jax.lax.mul(f(p).astype(jnp.float32), jnp.float32(loss_scale)))(old)
    g = jax.tree.map(lambda a: jax.lax.div(a, jnp.full_like(a, loss_scale)), g)
    finite = jnp.array([jnp.isfinite(a).all() for a in jax.tree.leaves(g)]).min()
    i = finite.astype(int)
    kept = jax.tree.map(lambda p, d: jnp.stack([p, p - lr * d])[i], old, g)

    due = good_steps + 1 == growth_interval
    scales = jnp.array([max(loss_scale / 2, 1.0), min(loss_scale * 2, 2.0**24) if due else loss_scale], jnp.float32)
    counts = jnp.array([0, 0 if due else good_steps + 1], jnp.float32)
    return jnp.array([f(kept).astype(jnp.float32), scales[i], counts[i]])
