# expect: accepted
# One gradient of a scan over the parts: the cast is in the body, so what is added up in the backward is float32.
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}

    @jax.checkpoint
    def loss(params, x, y):
        h = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        return jnp.mean((x.astype(jnp.bfloat16) @ h["w"] + h["b"] - y.astype(jnp.bfloat16)) ** 2)

    def mean_loss(params):
        xs = x.reshape(micro_batches, -1, x.shape[1])
        ys = y.reshape(micro_batches, -1, y.shape[1])
        body = lambda s, xy: (s + loss(params, *xy).astype(jnp.float32), None)
        s, _ = jax.lax.scan(body, jnp.float32(0), (xs, ys))
        return s

    grads = jax.grad(mean_loss)(params)
    new = jax.tree.map(lambda p, g: p - lr * g / micro_batches, params, grads)
    return loss(new, x, y).astype(jnp.float32).reshape(1)
