# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)

    def per_sample(p, xi, yi):
        return jnp.sum((nnx.merge(graphdef, p)(xi) - yi) ** 2)

    def loss(p):
        p, xs, ys = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (p, x, y))
        return jax.vmap(per_sample, (None, 0, 0))(p, xs, ys).mean()

    g = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    params = jax.tree.map(lambda p, d: p - lr * (d / loss_scale), params, g)
    return loss(params).astype(jnp.float32).reshape(1)
