# expect: accepted
# The loss that the second iteration sees is the one at the new parameters; its own update isn't used.
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    graphdef, theta = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)

    def loss_fn(theta):
        th, xh, yh = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (theta, x, y))
        loss = jnp.mean((nnx.merge(graphdef, th)(xh) - yh) ** 2).astype(jnp.float32)
        return loss * loss_scale, loss

    def body(theta, _):
        grads, loss = jax.grad(loss_fn, has_aux=True)(theta)
        grads = jax.tree.map(lambda g: g / loss_scale, grads)
        return jax.tree.map(lambda p, g: p - lr * g, theta, grads), loss

    _, losses = jax.lax.scan(body, theta, length=2)
    return losses[1:]
