# expect: accepted
# The sum goes to the optimizer, the division is in the learning rate.
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr / micro_batches), wrt=nnx.Param)

    def loss(model, x, y):
        gd, st = nnx.split(model)
        st = jax.tree.map(lambda p: p.astype(jnp.bfloat16), st)
        d = nnx.merge(gd, st)(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)
        return (d ** 2).mean()

    idx = np.arange(x.shape[0]).reshape(micro_batches, -1)
    summed = jax.tree.map(lambda *gs: sum(gs), *[nnx.grad(loss)(model, x[i], y[i]) for i in idx])
    optimizer.update(model, summed)
    return loss(model, x, y)[None].astype(jnp.float32)
