# expect: wrong_answer
# finding: update-discarded|stale-loss
import jax
import jax.numpy as jnp
from flax import nnx


def loss_fn(params, x, y):
    w, b = [p.astype(jnp.bfloat16) for p in params]
    return jnp.mean((x @ w + b - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]
    x = x.astype(jnp.bfloat16)
    y = y.astype(jnp.bfloat16)
    sums = [jnp.zeros_like(p) for p in params]
    k = x.shape[0] // micro_batches
    for i in range(micro_batches):
        grads = jax.grad(loss_fn)(params, x[k * i:k * i + k], y[k * i:k * i + k])
        for j, g in enumerate(grads):
            sums[j] = sums[j] + g

    for p, s in zip(params, sums):
        p = p - lr * s / micro_batches  #@ update-discarded, stale-loss

    return loss_fn(params, x, y).astype(jnp.float32).reshape(1)  #@ update-discarded, stale-loss
