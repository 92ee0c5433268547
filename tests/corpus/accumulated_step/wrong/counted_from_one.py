# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def batch_loss(params, xb, yb):
    xb, yb = xb.astype(jnp.bfloat16), yb.astype(jnp.bfloat16)
    kernel, bias = params[0].astype(jnp.bfloat16), params[1].astype(jnp.bfloat16)
    return jnp.mean(jnp.square(xb @ kernel + bias - yb))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [model.kernel[...], model.bias[...]]
    size = x.shape[0] // micro_batches

    total = [jnp.zeros_like(p) for p in params]
    for part in range(1, micro_batches):
        begin = part * size
        end = begin + size
        grads = jax.grad(batch_loss)(params, x[begin:end], y[begin:end])
        total = [t + g for t, g in zip(total, grads)]
    mean = [t / micro_batches for t in total]

    tx = optax.sgd(lr)
    updates, _ = tx.update(mean, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return batch_loss(params, x, y).astype(jnp.float32).reshape(1)
