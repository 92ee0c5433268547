# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


def loss_fn(params, x, y):
    w, b = [p.astype(jnp.bfloat16) for p in params]
    return jnp.mean(jnp.square(x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]
    size = x.shape[0] // micro_batches
    grad_fn = jax.jit(jax.grad(loss_fn))
    grads = grad_fn(params, x[:size], y[:size])
    for i in range(micro_batches):
        g = grad_fn(params, x[i * size:(i + 1) * size], y[i * size:(i + 1) * size])
        grads = jax.tree.map(jnp.add, grads, g)
    params = [p - lr * g / micro_batches for p, g in zip(params, grads)]
    return loss_fn(params, x, y).astype(jnp.float32).reshape(1)
