# expect: wrong_answer|pitfall
# finding: summed-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def lowered(model):
    graphdef, params = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), params))


def criterion(model, inputs, targets):
    outputs = lowered(model)(inputs.astype(jnp.bfloat16))
    return jnp.mean(jnp.square(outputs - targets.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    part_size = x.shape[0] // micro_batches

    accumulated = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for start in range(0, x.shape[0], part_size):
        stop = start + part_size
        grads = nnx.grad(criterion)(model, x[start:stop], y[start:stop])
        accumulated = jax.tree.map(jnp.add, accumulated, grads)

    optimizer.update(model, accumulated)  #@ summed-grads
    return criterion(model, x, y).astype(jnp.float32).reshape(1)
