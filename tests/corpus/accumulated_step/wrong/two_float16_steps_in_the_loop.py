# expect: wrong_answer
# finding: update-per-micro-batch
# finding: wrong-half-dtype
# allow: summed-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    return jnp.mean((model(x) - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))  #@ wrong-half-dtype
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)  #@ wrong-half-dtype
    n = len(x) // micro_batches
    for i in range(micro_batches):
        optimizer.update(model, nnx.grad(loss_fn)(model, x[i * n:][:n], y[i * n:][:n]))  #@ update-per-micro-batch
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
