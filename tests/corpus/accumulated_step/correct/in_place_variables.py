# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))

    def loss(m, xb, yb):
        k, c = m.kernel[...].astype(jnp.bfloat16), m.bias[...].astype(jnp.bfloat16)
        return jnp.mean(jnp.square(xb.astype(jnp.bfloat16) @ k + c - yb.astype(jnp.bfloat16)))

    dk = dc = 0.0
    rows = x.shape[0] // micro_batches
    i = 0
    while (xb := x[i:i + rows]).shape[0]:
        g = nnx.grad(loss)(model, xb, y[i:i + rows])
        dk, dc = dk + g["kernel"][...] / micro_batches, dc + g["bias"][...] / micro_batches
        i += rows
    model.kernel[...] = model.kernel[...] - lr * dk
    model.bias[...] = model.bias[...] - lr * dc
    return loss(model, x, y).astype(jnp.float32).reshape(1)
