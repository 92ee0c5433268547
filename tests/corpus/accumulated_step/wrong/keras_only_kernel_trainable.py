# expect: wrong_answer
import jax, jax.numpy as jnp
from flax import nnx


class Layer:
    def __init__(self, l):
        self.vars = {"kernel": l.kernel[...], "bias": l.bias[...]}

    @property
    def trainable(self):
        return {k: v for k, v in self.vars.items() if v.ndim > 1}

    def loss(self, t, x, y):
        v = {**self.vars, **t}
        r = x @ v["kernel"].astype(jnp.bfloat16) + v["bias"].astype(jnp.bfloat16) - y
        return jnp.mean(r * r)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = Layer(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    x, y = jnp.asarray(x, jnp.bfloat16), jnp.asarray(y, jnp.bfloat16)
    acc = jax.tree.map(jnp.zeros_like, layer.trainable)
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        acc = jax.tree.map(jnp.add, acc, jax.grad(layer.loss)(layer.trainable, a, b))
    layer.vars.update({k: layer.vars[k] - lr * g / micro_batches for k, g in acc.items()})
    return layer.loss({}, x, y).astype(jnp.float32).reshape(1)
