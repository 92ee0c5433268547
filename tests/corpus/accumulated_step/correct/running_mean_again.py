# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    @nnx.jit
    def value_and_grad(model, xb, yb):
        def loss(model):
            graphdef, state = nnx.split(model, nnx.Param)
            m16 = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))
            return jnp.mean((m16(xb.astype(jnp.bfloat16)) - yb.astype(jnp.bfloat16)) ** 2)

        return nnx.value_and_grad(loss)(model)

    size = x.shape[0] // micro_batches
    mean = None
    for i in range(micro_batches):
        _, g = value_and_grad(model, x[i * size:(i + 1) * size], y[i * size:(i + 1) * size])
        if i == 0:
            mean = g
        else:
            mean = jax.tree.map(lambda m, new: m + (new - m) / (i + 1), mean, g)

    optimizer.update(model, mean)
    loss, _ = value_and_grad(model, x, y)
    return jnp.asarray(loss, jnp.float32).reshape(1)
