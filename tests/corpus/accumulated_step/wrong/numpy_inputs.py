# expect: pitfall|wrong_answer
# finding: uncast-inputs|full-precision-final-loss
# noline: uncast-inputs
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


def cast(tree):
    """bfloat16 versions of all the jax arrays in a tree"""
    def one(leaf):
        if isinstance(leaf, jax.Array):  #@ uncast-inputs
            return leaf.astype(jnp.bfloat16)
        return leaf

    return jax.tree.map(one, tree)


def loss_fn(params, x, y):
    p = cast(params)
    return jnp.mean((x @ p["kernel"] + p["bias"] - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"kernel": lin.kernel[...], "bias": lin.bias[...]}

    inputs = cast(np.array(x))  #@ uncast-inputs
    targets = cast(jnp.array(y))

    rows = inputs.shape[0] // micro_batches
    acc = jax.tree.map(jnp.zeros_like, masters)
    for k in range(0, inputs.shape[0], rows):
        g = jax.grad(loss_fn)(masters, inputs[k:k + rows], targets[k:k + rows])
        acc = jax.tree.map(jnp.add, acc, g)
    acc = jax.tree.map(lambda a: a / micro_batches, acc)

    tx = optax.sgd(lr)
    updates, _ = tx.update(acc, tx.init(masters))
    masters = optax.apply_updates(masters, updates)
    return loss_fn(masters, inputs, targets).astype(jnp.float32).reshape(1)
