# expect: pitfall|wrong_answer
# finding: summed-grads
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])

    def loss(params, xs, ys):
        w, b = (p.astype(jnp.bfloat16) for p in params)
        return jnp.mean((xs.astype(jnp.bfloat16) @ w + b - ys.astype(jnp.bfloat16)) ** 2)

    def device(params, xs, ys):
        g = jax.grad(loss)(params, xs, ys)
        g = lax.psum(g, "parts")  #@ summed-grads
        return jax.tree.map(lambda p, d: p - lr * d, params, g)

    shard = lambda a: jnp.asarray(a).reshape(micro_batches, -1, a.shape[1])
    params = jax.vmap(device, in_axes=(None, 0, 0), out_axes=None, axis_name="parts")(params, shard(x), shard(y))
    return lax.convert_element_type(loss(params, x, y), jnp.float32)[jnp.newaxis]
