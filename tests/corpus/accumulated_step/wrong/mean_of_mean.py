# expect: wrong_answer|pitfall
# allow: summed-grads
import jax
import jax.numpy as jnp
from flax import nnx


def mse(params, xb, yb):
    w, b, xb, yb = (a.astype(jnp.bfloat16) for a in (*params, xb, yb))
    return jnp.mean((xb @ w + b - yb) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (m.kernel[...], m.bias[...])

    def scaled(params, xb, yb):
        return mse(params, xb, yb) / micro_batches

    xs = x.reshape(micro_batches, -1, x.shape[1])
    ys = y.reshape(micro_batches, -1, y.shape[1])
    grads = jax.vmap(jax.grad(scaled), in_axes=(None, 0, 0))(params, xs, ys)
    params = jax.tree.map(lambda p, g: p - lr * jnp.mean(g, axis=0), params, grads)
    return mse(params, x, y).astype(jnp.float32).reshape(1)
