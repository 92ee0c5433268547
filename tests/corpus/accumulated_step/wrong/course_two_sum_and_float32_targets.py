# expect: wrong_answer
# finding: summed-grads
# finding: uncast-targets
# allow: full-precision-final-loss
import jax
import jax.numpy as jnp
from flax import nnx


def loss(params, x, y):
    w, b, x = (a.astype(jnp.bfloat16) for a in (*params, x))
    return jnp.mean(jnp.square(x @ w + b - y))  #@ uncast-targets


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]
    acc = [jnp.zeros_like(p) for p in params]
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        acc = [a + g for a, g in zip(acc, jax.grad(loss)(params, xb, yb))]  #@ summed-grads
    params = [p - lr * a for p, a in zip(params, acc)]  #@ summed-grads
    return loss(params, x, y).astype(jnp.float32).reshape(1)
