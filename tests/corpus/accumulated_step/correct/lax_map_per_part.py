# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(in_features=x.shape[1], out_features=y.shape[1], rngs=nnx.Rngs(params=int(seed)))
    # the bias becomes one more row of the kernel, and x gets a column of ones
    theta = jnp.vstack([lin.kernel[...], lin.bias[...][None, :]])
    ones = jnp.ones((x.shape[0], 1), x.dtype)
    x1 = jnp.hstack([x, ones]).astype(jnp.bfloat16)
    y1 = y.astype(jnp.bfloat16)

    def loss(theta, batch):
        xb, yb = batch
        w, b = theta[:-1].astype(jnp.bfloat16), theta[-1].astype(jnp.bfloat16)
        return jnp.mean((xb[:, :-1] @ w + b * xb[:, -1:] - yb) ** 2)

    batches = jax.tree.map(lambda a: a.reshape(micro_batches, -1, a.shape[-1]), (x1, y1))
    grads = jax.lax.map(lambda batch: jax.grad(loss)(theta, batch), batches)
    theta = theta - lr * jnp.mean(grads, axis=0)
    return loss(theta, (x1, y1)).astype(jnp.float32)[None]
