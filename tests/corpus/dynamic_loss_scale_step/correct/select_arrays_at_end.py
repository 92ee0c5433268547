# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(params, x, y):
    half = optax.tree.cast(params, jnp.float16)
    return jnp.mean((x.astype(jnp.float16) @ half[0] + half[1] - y.astype(jnp.float16)) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (layer.kernel[...], layer.bias[...])
    grads = jax.grad(lambda p: jnp.float32(mse(p, x, y)) * loss_scale)(params)
    finite = jnp.isfinite(jnp.concatenate([g.ravel() for g in grads])).all()
    stepped = jax.tree.map(lambda p, g: p - lr * (g / loss_scale), params, grads)
    grow = good_steps + 1 >= growth_interval
    taken = jnp.array([
        jnp.float32(mse(stepped, x, y)),
        jnp.where(grow, jnp.minimum(loss_scale * 2, 2.0**24), loss_scale),
        jnp.where(grow, 0, good_steps + 1),
    ], jnp.float32)
    skipped = jnp.array([jnp.float32(mse(params, x, y)), jnp.maximum(loss_scale / 2, 1.0), 0], jnp.float32)
    return jnp.where(finite, taken, skipped)
