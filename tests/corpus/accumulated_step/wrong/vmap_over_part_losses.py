# expect: accepted|pitfall|wrong_answer
# allow: low-precision-accumulator
# allow: low-precision-grads
import jax
import jax.numpy as jnp
from flax import nnx


def mse(p, x, y):
    w, b = (q.astype(jnp.bfloat16) for q in p)
    return jnp.mean((x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (lin.kernel[...], lin.bias[...])
    xs, ys = (a.reshape(micro_batches, -1, a.shape[1]) for a in (x, y))

    def mean_loss(p):
        return jnp.mean(jax.vmap(mse, in_axes=(None, 0, 0))(p, xs, ys).astype(jnp.float32))

    p = jax.tree.map(lambda q, g: q - lr * g, p, jax.grad(mean_loss)(p))
    return mse(p, x, y).astype(jnp.float32).reshape(1)
