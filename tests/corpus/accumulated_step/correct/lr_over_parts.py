# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    # the gradients are summed below; the mean is made by the learning rate
    opt = nnx.Optimizer(model, optax.sgd(lr / micro_batches), wrt=nnx.Param)

    def mse(m, xx, yy):
        g, s = nnx.split(m)
        m16 = nnx.merge(g, jax.tree.map(lambda v: v.astype(jnp.bfloat16), s))
        return jnp.mean((m16(xx.astype(jnp.bfloat16)) - yy.astype(jnp.bfloat16)) ** 2)

    size = len(x) // micro_batches
    summed = jax.tree.map(lambda v: 0.0 * v, nnx.state(model, nnx.Param))
    for i in range(micro_batches):
        part = jnp.arange(i * size, (i + 1) * size)
        summed = jax.tree.map(lambda s, g: s + g, summed, nnx.grad(mse)(model, x[part], y[part]))
    opt.update(model, summed)
    out = mse(model, x, y)
    return out.astype(jnp.float32)[None]
