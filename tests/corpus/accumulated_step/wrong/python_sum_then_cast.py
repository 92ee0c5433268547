# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
# allow: low-precision-grads
import jax
import jax.numpy as jnp
from flax import nnx


def loss_fn(w, b, x, y):
    return jnp.mean(jnp.square(x @ w + b - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = layer.kernel[...], layer.bias[...]
    xs = jnp.split(x.astype(jnp.bfloat16), micro_batches)
    ys = jnp.split(y.astype(jnp.bfloat16), micro_batches)
    grad = jax.grad(loss_fn, argnums=(0, 1))

    w16, b16 = w.astype(jnp.bfloat16), b.astype(jnp.bfloat16)
    grads = [grad(w16, b16, xi, yi) for xi, yi in zip(xs, ys)]
    gw = sum(g[0] for g in grads).astype(jnp.float32)  #@ low-precision-accumulator
    gb = sum(g[1] for g in grads).astype(jnp.float32)  #@ low-precision-accumulator

    w = w - lr * gw / micro_batches
    b = b - lr * gb / micro_batches
    loss = loss_fn(w.astype(jnp.bfloat16), b.astype(jnp.bfloat16), x.astype(jnp.bfloat16), y.astype(jnp.bfloat16))
    return loss.astype(jnp.float32).reshape(1)
