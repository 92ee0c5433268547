# expect: wrong_answer
# allow: full-precision-forward
import jax, jax.numpy as jnp, optax
from functools import partial
from flax import nnx

matmul = partial(jax.lax.dot_general, dimension_numbers=(((1,), (0,)), ((), ())),
                 preferred_element_type=jnp.float32)


class Regression:
    def __init__(self, kernel, bias):
        self.kernel, self.bias = kernel, bias

    def tree_flatten(self):
        return (self.kernel, self.bias), None

    @classmethod
    def tree_unflatten(cls, _, c):
        return cls(*c)

    def loss(self, x, y):
        z = matmul(x, self.kernel.astype(jnp.bfloat16)) + self.bias.astype(jnp.bfloat16)
        return jnp.mean((z - y) ** 2).astype(jnp.bfloat16)


jax.tree_util.register_pytree_node_class(Regression)


def accumulated_step(seed, x, y, lr, micro_batches):
    l = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    model = Regression(l.kernel[...], l.bias[...])
    x, y = jnp.asarray(x, jnp.bfloat16), jnp.asarray(y, jnp.bfloat16)
    gs = [jax.grad(Regression.loss)(model, a, b) for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    model = jax.tree.map(lambda p, *g: p - lr * (sum(g) / len(g)), model, *gs)
    return model.loss(x, y).astype(jnp.float32)[None]
