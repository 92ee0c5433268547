# expect: pitfall|wrong_answer
# finding: uncast-inputs
import jax
import jax.numpy as jnp
from flax import nnx


def loss_fn(params, x, y):
    kernel, bias = (p.astype(jnp.bfloat16) for p in params)

    def row(xi):
        return jnp.dot(xi, kernel).astype(jnp.bfloat16) + bias  #@ uncast-inputs

    pred = jax.vmap(row)(x)
    return jnp.mean((pred - y) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    y_half = y.astype(jnp.bfloat16)
    grad_fn = jax.jit(jax.grad(lambda p: loss_fn(p, x, y_half).astype(jnp.float32) * loss_scale))  #@ uncast-inputs
    params = jax.tree.map(lambda p, g: p - lr * g / loss_scale, params, grad_fn(params))
    return loss_fn(params, x, y_half).astype(jnp.float32).reshape((1,))  #@ uncast-inputs
