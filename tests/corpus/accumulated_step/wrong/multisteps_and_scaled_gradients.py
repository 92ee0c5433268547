# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    return jnp.mean(jnp.square(model(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    tx = optax.chain(optax.scale(1.0 / micro_batches), optax.sgd(lr))
    opt = nnx.Optimizer(model, optax.MultiSteps(tx, every_k_schedule=micro_batches), wrt=nnx.Param)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        opt.update(model, nnx.grad(loss_fn)(model, xb, yb))
    return loss_fn(model, x, y).astype(jnp.float32)[None]
