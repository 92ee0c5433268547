# expect: pitfall|wrong_answer
# finding: low-precision-update|low-precision-grads|master-downcast
import jax
import jax.numpy as jnp
from flax import nnx

BF = jnp.bfloat16


def loss(params, x, y):
    w, b = params
    return jnp.mean((x.astype(BF) @ w.astype(BF) + b.astype(BF) - y.astype(BF)) ** 2)


def sgd(p, g, lr):
    new = p.astype(BF) - lr * g.astype(BF)  #@ low-precision-grads, low-precision-update, master-downcast
    return new.astype(jnp.float32)


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [m.kernel[...], m.bias[...]]
    total = [jnp.zeros_like(p) for p in params]
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = jax.grad(loss)(params, xb, yb)
        total = [t + gi for t, gi in zip(total, g)]
    params = [sgd(p, t / micro_batches, lr) for p, t in zip(params, total)]
    return loss(params, x, y).astype(jnp.float32).reshape(1)
