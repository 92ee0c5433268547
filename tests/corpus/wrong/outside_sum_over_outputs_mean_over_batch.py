# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


def example_loss(params, x, y):
    w, b = params
    return jnp.sum(jnp.square(x @ w + b - y))


def loss(params, x, y):
    params, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (params, x, y))
    return jnp.mean(jax.vmap(example_loss, in_axes=(None, 0, 0))(params, x, y)).astype(jnp.float32)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    grads = jax.grad(lambda p: loss_scale * loss(p, x, y))(params)
    params = jax.tree.map(lambda p, g: p - lr * (g / loss_scale), params, grads)
    return loss(params, x, y).reshape(1)
