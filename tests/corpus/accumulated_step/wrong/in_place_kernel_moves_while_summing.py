# expect: wrong_answer
# finding: update-per-micro-batch
import jax
import jax.numpy as jnp
from flax import nnx


def half(a):
    return a.astype(jnp.bfloat16)


def loss(model, x, y):
    pred = half(x) @ half(model.kernel[...]) + half(model.bias[...])
    return jnp.mean((pred - half(y)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    rows = x.shape[0] // micro_batches
    share = lr / micro_batches          # every part has its share of the step
    for i in range(micro_batches):
        part = slice(i * rows, i * rows + rows)
        g = nnx.grad(loss)(model, x[part], y[part])
        model.kernel[...] = model.kernel[...] - share * g["kernel"][...]  #@ update-per-micro-batch
        model.bias[...] = model.bias[...] - share * g["bias"][...]  #@ update-per-micro-batch
    return loss(model, x, y).astype(jnp.float32).reshape(1)
