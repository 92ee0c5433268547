# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Regressor(nnx.Module):
    def __init__(self, d_in, d_out, rngs):
        self.linear = nnx.Linear(d_in, d_out, dtype=jnp.bfloat16, rngs=rngs)

    def __call__(self, x):
        return self.linear(x.astype(jnp.bfloat16))

    def loss(self, x, y):
        err = self(x) - y.astype(jnp.bfloat16)
        return jnp.mean(err ** 2)


def build(seed, d_in, d_out):
    reg = Regressor(d_in, d_out, nnx.Rngs(0))
    # a bare Linear, so that the seed gives the same numbers as on the page
    plain = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(int(seed)))
    reg.linear.kernel[...] = plain.kernel[...]
    reg.linear.bias[...] = plain.bias[...]
    return reg


def accumulated_step(seed, x, y, lr, micro_batches):
    reg = build(seed, x.shape[1], y.shape[1])
    graphdef, params = nnx.split(reg)
    xs = x.reshape((micro_batches, -1) + x.shape[1:])
    ys = y.reshape((micro_batches, -1) + y.shape[1:])

    def one(carry, batch):
        g = jax.grad(lambda p: nnx.merge(graphdef, p).loss(*batch))(params)
        return carry, g

    _, stacked = jax.lax.scan(one, None, (xs, ys))
    grads = jax.tree.map(lambda g: g.sum(0) / micro_batches, stacked)
    opt = nnx.Optimizer(reg, optax.sgd(lr), wrt=nnx.Param)
    opt.update(reg, grads)
    return reg.loss(x, y).astype(jnp.float32).reshape(1)
