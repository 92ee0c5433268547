# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Regressor(nnx.Module):
    def __init__(self, d_in, d_out, rngs):
        self.linear = nnx.Linear(d_in, d_out, dtype=jnp.bfloat16, param_dtype=jnp.float32, rngs=rngs)

    def __call__(self, x):
        return self.linear(x)

    def loss(self, x, y):
        diff = self(x) - y.astype(jnp.bfloat16)
        return (diff ** 2).mean()


@nnx.jit
def part_grads(model, x, y):
    return nnx.grad(lambda m: m.loss(x, y))(model)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = Regressor(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(learning_rate=lr), wrt=nnx.Param)

    n = x.shape[0] // micro_batches
    acc = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for start in range(0, x.shape[0], n):
        g = part_grads(model, x[start:start + n], y[start:start + n])
        acc = jax.tree.map(lambda a, b: a + b / micro_batches, acc, g)
    opt.update(model, acc)

    out = model.loss(x, y)
    return jnp.array([out], dtype=jnp.float32)
