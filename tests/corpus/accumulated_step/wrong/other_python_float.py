# expect: wrong_answer|pitfall
# finding: wrong-output-dtype
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


def compute_loss(model, some_x, some_y):
    graphdef, params = nnx.split(model, nnx.Param)
    half_params = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    half_model = nnx.merge(graphdef, half_params)
    difference = half_model(some_x.astype(jnp.bfloat16)) - some_y.astype(jnp.bfloat16)
    return jnp.mean(difference * difference)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    gradient_sum = None
    for xb, yb in zip(np.split(np.asarray(x), micro_batches), np.split(np.asarray(y), micro_batches)):
        gradient = nnx.grad(compute_loss)(model, jnp.asarray(xb), jnp.asarray(yb))
        if gradient_sum is None:
            gradient_sum = gradient
        else:
            gradient_sum = jax.tree.map(jnp.add, gradient_sum, gradient)
    gradient_mean = jax.tree.map(lambda g: g / micro_batches, gradient_sum)
    optimizer.update(model, gradient_mean)

    final_loss = float(compute_loss(model, x, y))
    return np.array([final_loss])  #@ wrong-output-dtype
