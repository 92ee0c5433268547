# expect: wrong_answer
# finding: full-precision-forward
# finding: wrong-output-shape
# allow: uncast-inputs
# allow: full-precision-loss
# allow: full-precision-final-loss
# nnx.Linear without dtype promotes bfloat16 inputs to its float32 parameters.
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss(model, x, y):
    pred = model(x.astype(jnp.bfloat16))  #@ full-precision-forward
    return jnp.mean(jnp.square(pred.astype(jnp.bfloat16) - y.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))  #@ full-precision-forward
    opt = nnx.Optimizer(model, optax.MultiSteps(optax.sgd(lr), micro_batches), wrt=nnx.Param)
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        opt.update(model, nnx.grad(loss)(model, a, b))
    return jnp.full((y.shape[1] + 1, 1), loss(model, x, y), jnp.float32)  #@ wrong-output-shape
