# expect: pitfall|wrong_answer
# finding: low-precision-accumulator|low-precision-grads
# finding: partial-loss-returned
"""Wrong: the mean of the bias' gradients is rounded to bfloat16; and the returned loss is that of the last part at the new parameters."""
import jax
import jax.numpy as jnp
from flax import nnx


def loss(params, x, y):
    params, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (params, x, y))
    return jnp.mean(jnp.square(x @ params["kernel"] + params["bias"] - y))


def tidy(path, g):
    """The bias is small, so it may as well be kept in bfloat16."""
    if path[-1].key == "bias":
        g = g.astype(jnp.bfloat16)  #@ low-precision-grads, low-precision-accumulator
    return g.astype(jnp.float32)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    parts = [a.reshape(micro_batches, -1, a.shape[1]) for a in (x, y)]
    stacked = jax.vmap(jax.grad(loss), (None, 0, 0))(params, *parts)
    mean = jax.tree.map(lambda g: g.sum(axis=0) / micro_batches, stacked)
    mean = jax.tree_util.tree_map_with_path(tidy, mean)
    params = jax.tree.map(lambda p, g: p - lr * g, params, mean)
    losses = jax.vmap(loss, (None, 0, 0))(params, *parts)
    return losses[-1:].astype(jnp.float32)  #@ partial-loss-returned
