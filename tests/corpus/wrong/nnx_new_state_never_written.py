# expect: wrong_answer
# finding: update-discarded
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))

    def loss_fn(m):
        return jnp.mean((m(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    params = nnx.state(model, nnx.Param)
    new_params = jax.tree.map(lambda p, g: p - lr * g, params, grads)  #@ update-discarded
    # the model now has the new parameters
    after = loss_fn(model)
    return after.astype(jnp.float32).reshape((1,))
