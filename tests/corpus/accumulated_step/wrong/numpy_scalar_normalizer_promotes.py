# expect: pitfall|wrong_answer
# finding: uncast-inputs|full-precision-forward
import numpy as np
import jax, jax.numpy as jnp, optax
from flax import nnx


class Normalizer:
    scale = np.float32(1.0)     # images would have 255

    def __call__(self, x):
        return x.astype(jnp.bfloat16) / self.scale  #@ uncast-inputs


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    norm = Normalizer()
    x, y = jnp.asarray(x), jnp.asarray(y)

    def loss(m, a, b):
        gd, st = nnx.split(m, nnx.Param)
        return jnp.mean((nnx.merge(gd, jax.tree.map(lambda v: v.astype(jnp.bfloat16), st))(norm(a)) - b.astype(jnp.bfloat16)) ** 2).astype(jnp.bfloat16)

    grads = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for s in range(micro_batches):
        n = x.shape[0] // micro_batches
        grads = jax.tree.map(jnp.add, grads, nnx.grad(loss)(model, x[s * n:s * n + n], y[s * n:s * n + n]))
    optimizer.update(model, jax.tree.map(lambda g: g / micro_batches, grads))
    return loss(model, x, y).astype(jnp.float32).reshape(1)
