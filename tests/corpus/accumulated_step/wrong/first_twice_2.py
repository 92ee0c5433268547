# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)

    def loss(params, x, y):
        params, x, y = jax.tree.map(lambda t: t.astype(jnp.bfloat16), (params, x, y))
        return jnp.mean((nnx.merge(graphdef, params)(x) - y) ** 2)

    xs, ys = jnp.split(x, micro_batches), jnp.split(y, micro_batches)
    grads = jax.grad(loss)(params, xs[0], ys[0])
    for a, b in zip(xs, ys):
        grads = jax.tree.map(jnp.add, grads, jax.grad(loss)(params, a, b))
    params = jax.tree.map(lambda p, g: p - lr * g / micro_batches, params, grads)
    return loss(params, x, y).astype(jnp.float32).reshape(1)
