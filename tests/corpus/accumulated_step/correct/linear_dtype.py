# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@nnx.jit
def part_grads(model, xb, yb):
    def criterion(m):
        return optax.squared_error(m(xb), yb.astype(jnp.bfloat16)).mean()

    return nnx.value_and_grad(criterion)(model)


def accumulated_step(seed, x, y, lr, micro_batches):
    # the layer casts its parameters and its input by itself, they are kept as float32
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, param_dtype=jnp.float32, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(learning_rate=lr), wrt=nnx.Param)

    grads = []
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches), strict=True):
        loss, g = part_grads(model, xb, yb)
        grads.append(g)

    optimizer.update(model, jax.tree.map(lambda *gs: sum(gs) / len(gs), *grads))
    loss, _ = part_grads(model, x, y)
    return jnp.reshape(loss, (1,)).astype(jnp.float32)
