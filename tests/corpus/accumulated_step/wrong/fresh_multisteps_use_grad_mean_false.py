# expect: wrong_answer
# finding: summed-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(p, x, y):
    w, b = (q.astype(jnp.bfloat16) for q in p)
    return jnp.mean((x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (layer.kernel[...], layer.bias[...])
    # we want a true float32 sum, not a running mean
    tx = optax.MultiSteps(optax.sgd(lr), micro_batches, use_grad_mean=False)  #@ summed-grads
    s = tx.init(p)
    size = x.shape[0] // micro_batches
    for i in range(0, x.shape[0], size):
        u, s = tx.update(jax.grad(loss_fn)(p, x[i:i + size], y[i:i + size]), s, p)
        p = optax.apply_updates(p, u)
    return loss_fn(p, x, y).astype(jnp.float32).reshape(1)
