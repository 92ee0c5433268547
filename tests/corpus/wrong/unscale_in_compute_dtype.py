# expect: pitfall|wrong_answer
# finding: low-precision-unscale
import jax
import jax.numpy as jnp
from flax import nnx


def cast(tree, dtype):
    return jax.tree.map(lambda a: a.astype(dtype), tree)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    graphdef, master = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    x, y = cast((x, y), jnp.bfloat16)

    def loss_fn(compute):
        pred = nnx.merge(graphdef, compute)(x)
        return jnp.mean((pred - y) ** 2)

    def scaled_loss_fn(compute):
        return loss_fn(compute).astype(jnp.float32) * loss_scale

    grads = jax.grad(scaled_loss_fn)(cast(master, jnp.bfloat16))
    grads = jax.tree.map(lambda g: g / loss_scale, grads)  #@ low-precision-unscale
    grads = cast(grads, jnp.float32)
    master = jax.tree.map(lambda p, g: p - lr * g, master, grads)
    return loss_fn(cast(master, jnp.bfloat16)).astype(jnp.float32).reshape((1,))
