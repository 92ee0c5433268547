# expect: wrong_answer
# allow: low-precision-accumulator
import jax
import jax.numpy as jnp
from flax import nnx


def loss(p, x, y):
    h = jax.tree.map(lambda a: a.astype(jnp.bfloat16), p)
    return jnp.mean(jnp.square(x @ h["w"] + h["b"] - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"w": lin.kernel[...], "b": lin.bias[...]}
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    xs = x.reshape(micro_batches, -1, x.shape[1])
    ys = y.reshape(micro_batches, -1, y.shape[1])

    def mean_loss(p):
        losses = jax.vmap(loss, in_axes=(None, 0, 0))(p, xs, ys)
        return losses.astype(jnp.float32).sum()

    grads = jax.grad(mean_loss)(p)
    p = jax.tree.map(lambda w, g: w - lr * (g / micro_batches), p, grads)
    return loss(p, x, y).astype(jnp.float32).reshape(1)
