# expect: wrong_answer
# finding: last-micro-batch-only
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    g, s = nnx.split(model, nnx.Param)
    half = nnx.merge(g, jax.tree.map(lambda p: p.astype(jnp.bfloat16), s))
    return jnp.mean((half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    n = x.shape[0] // micro_batches
    for i in range(micro_batches):
        xb = x[i * n:(i + 1) * n]
        yb = y[i * n:(i + 1) * n]
        # nnx adds the gradients up until the optimizer is called (like .grad)
        loss, grads = nnx.value_and_grad(loss_fn)(model, xb, yb)  #@ last-micro-batch-only
    optimizer.update(model, grads)  #@ last-micro-batch-only
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
