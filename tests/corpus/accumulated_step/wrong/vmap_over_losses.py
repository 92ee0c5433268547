# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))

    def loss(params, x, y):
        half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        err = nnx.merge(gd, half)(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)
        return jnp.mean(err * err)

    batched = jax.vmap(loss, in_axes=(None, 0, 0))
    xs, ys = (a.reshape(micro_batches, -1, a.shape[1]) for a in (x, y))
    total = jax.grad(lambda p: batched(p, xs, ys).sum())(params)  #@ low-precision-accumulator
    params = jax.tree.map(lambda p, g: p - lr * (g / micro_batches), params, total)
    return loss(params, x, y).astype(jnp.float32)[jnp.newaxis]
