# expect: wrong_answer
# finding: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    w = model.kernel[...].astype(jnp.bfloat16)
    b = model.bias[...].astype(jnp.bfloat16)
    return jnp.mean((x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    rows = x.shape[0] // micro_batches
    total = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for i in range(micro_batches):
        g = nnx.grad(loss_fn)(model, x[i * rows:(i + 1) * rows], y[i * rows:(i + 1) * rows])
        total = jax.tree.map(jnp.add, total, g)
    mean = jax.tree.map(lambda t: t / micro_batches, total)
    loss = loss_fn(model, x, y)  #@ stale-loss
    optimizer.update(model, mean)
    return loss.astype(jnp.float32).reshape(1)  #@ stale-loss
