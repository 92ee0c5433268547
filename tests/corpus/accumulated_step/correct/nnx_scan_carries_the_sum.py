# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(model, x, y):
    graphdef, state = nnx.split(model, nnx.Param)
    low = nnx.merge(graphdef, jax.tree.map(lambda a: a.astype(jnp.bfloat16), state))
    return jnp.mean((low(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    xs = x.reshape(micro_batches, -1, x.shape[1])
    ys = y.reshape(micro_batches, -1, y.shape[1])

    @nnx.scan(in_axes=(nnx.Carry, None, 0, 0), out_axes=nnx.Carry)
    def accumulate(total, model, xb, yb):
        grads = nnx.grad(mse)(model, xb, yb)
        return jax.tree.map(lambda t, g: t + g, total, grads)

    start = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    total = accumulate(start, model, xs, ys)
    opt.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    return mse(model, x, y).astype(jnp.float32).reshape(1)
