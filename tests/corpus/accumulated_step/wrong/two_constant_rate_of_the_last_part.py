# expect: wrong_answer
# finding: lr-ignored
# finding: last-micro-batch-only
import jax
import jax.numpy as jnp
import optax
from flax import nnx

sgd = optax.sgd(learning_rate=0.05)  #@ lr-ignored


def loss(model, x, y):
    w, b = model.kernel[...].astype(jnp.bfloat16), model.bias[...].astype(jnp.bfloat16)
    return jnp.mean((x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, sgd, wrt=nnx.Param)  #@ lr-ignored
    total = nnx.state(model, nnx.Param)
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        zeros = jax.tree.map(jnp.zeros_like, total)  #@ last-micro-batch-only
        total = jax.tree.map(jnp.add, zeros, nnx.grad(loss)(model, a, b))  #@ last-micro-batch-only
    opt.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    return loss(model, x, y).astype(jnp.float32).reshape(1)
