# expect: pitfall|wrong_answer
# finding: master-downcast
# noline: master-downcast
import io

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


class Checkpoint:
    """Kept in memory as 16-bit words, to be small."""

    def __init__(self, tree):
        leaves, self.treedef = jax.tree.flatten(tree)
        self.blobs = [np.asarray(l.astype(jnp.bfloat16)).view(np.uint16) for l in leaves]  #@ master-downcast

    def restore(self):
        wide = [(b.astype(np.uint32) << 16).view(np.float32) for b in self.blobs]
        return jax.tree.unflatten(self.treedef, [jnp.asarray(w) for w in wide])


def mse(p, x, y):
    p, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (p, x, y))
    return jnp.mean((x @ p["w"] + p["b"] - y) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    saved = Checkpoint({"w": lin.kernel[...], "b": lin.bias[...]})
    p = saved.restore()
    g = jax.grad(lambda p: mse(p, x, y).astype(jnp.float32) * loss_scale)(p)
    p = jax.tree.map(lambda a, d: a - lr * (d / loss_scale), p, g)
    return mse(p, x, y).astype(jnp.float32).reshape(1)
