# expect: wrong_answer
# finding: wrong-output-dtype
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


def loss(model, x, y):
    pred = model(x)
    return jnp.mean(jnp.square(pred - y.astype(pred.dtype)))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.MultiSteps(optax.sgd(lr), micro_batches), wrt=nnx.Param)
    for part in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        opt.update(model, nnx.grad(loss)(model, *part))
    return np.array([float(loss(model, x, y))])  #@ wrong-output-dtype
