# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = [net.kernel[...], net.bias[...]]

    def scaled(theta):
        k, b = [t.astype(jnp.float16) for t in theta]
        d = x.astype(jnp.float16) @ k + b - y.astype(jnp.float16)
        return jnp.mean(d**2).astype(jnp.float32) * loss_scale

    g = [t / loss_scale for t in jax.grad(scaled)(theta)]
    fine = jnp.array([jnp.isfinite(t).all() for t in g]).all()
    theta = [jnp.where(fine, t - lr * d, t) for t, d in zip(theta, g)]
    out = scaled(theta) / loss_scale
    table = jnp.array([jnp.maximum(loss_scale / 2, 1.0), loss_scale, jnp.minimum(loss_scale * 2, 2.0**24)])
    full = good_steps + 1 >= growth_interval
    which = jnp.where(fine, 2 if full else 1, 0)
    counts = jnp.array([0, good_steps + 1, 0], jnp.float32)
    return jnp.array([out, table[which], counts[which]], jnp.float32)
