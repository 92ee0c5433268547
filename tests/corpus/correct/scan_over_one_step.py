# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    carry = {"kernel": lin.kernel[...], "bias": lin.bias[...]}

    def loss_fn(params, x, y):
        low = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        return jnp.mean((x.astype(jnp.bfloat16) @ low["kernel"] + low["bias"] - y.astype(jnp.bfloat16)) ** 2)

    def body(params, batch):
        def scaled(params):
            return loss_fn(params, *batch).astype(jnp.float32) * loss_scale

        grads = jax.grad(scaled)(params)
        params = jax.tree.map(lambda p, g: p - lr * g / loss_scale, params, grads)
        return params, loss_fn(params, *batch)

    # one "epoch" with a single batch
    _, losses = lax.scan(body, carry, (x[None], y[None]))
    return losses.astype(jnp.float32)
