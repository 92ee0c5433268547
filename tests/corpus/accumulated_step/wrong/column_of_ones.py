# expect: wrong_answer|pitfall
# finding: uncast-inputs
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def augment(inputs):
    # [x 1] @ [[W], [b]] saves the extra addition
    inputs = inputs.astype(jnp.bfloat16)
    return jnp.concatenate([inputs, jnp.ones((inputs.shape[0], 1))], axis=1)  #@ uncast-inputs


def loss(theta, inputs, targets):
    out = (augment(inputs) @ theta.astype(jnp.bfloat16)).astype(jnp.bfloat16)
    err = out - targets.astype(jnp.bfloat16)
    return jnp.mean(err * err)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = jnp.concatenate([lin.kernel[...], lin.bias[...][None, :]], axis=0)

    grad = jnp.zeros(theta.shape, jnp.float32)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        grad = grad + jax.grad(loss)(theta, xb, yb)

    sgd = optax.sgd(lr)
    update, _ = sgd.update(grad / micro_batches, sgd.init(theta))
    theta = optax.apply_updates(theta, update)
    return loss(theta, x, y).astype(jnp.float32).reshape(1)
