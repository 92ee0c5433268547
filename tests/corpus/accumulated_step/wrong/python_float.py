# expect: pitfall|wrong_answer
# finding: wrong-output-dtype
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


def loss_fn(model, x, y):
    gd, st = nnx.split(model, nnx.Param)
    small = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
    return jnp.mean((small(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    size = x.shape[0] // micro_batches
    total = None
    for i in range(micro_batches):
        g = nnx.grad(loss_fn)(model, x[i * size:(i + 1) * size], y[i * size:(i + 1) * size])
        if total is None:
            total = g
        else:
            total = jax.tree.map(jnp.add, total, g)
    mean = jax.tree.map(lambda t: t / micro_batches, total)
    opt.update(model, mean)
    loss = float(loss_fn(model, x, y))
    print(f"loss after the step: {loss:.4f}")
    return np.array([loss])  #@ wrong-output-dtype
