# expect: pitfall|wrong_answer
# finding: summed-grads
import jax, jax.numpy as jnp, optax
from flax import nnx

bf = lambda t: jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)


def rowloss(p, x, y):
    return ((x @ p["W"] + p["b"] - y) ** 2).mean()


def loss(p, x, y):
    return rowloss(bf(p), x, y).astype(jnp.float32)


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = dict(W=m.kernel[...], b=m.bias[...])
    x, y = bf((jnp.asarray(x), jnp.asarray(y)))
    X, Y = jnp.split(x, micro_batches), jnp.split(y, micro_batches)
    batch_loss = lambda p: sum(loss(p, *part) for part in zip(X, Y))  #@ summed-grads
    dp = jax.grad(batch_loss)(p)
    p = jax.tree.map(lambda q, d: q - lr * d, p, dp)  #@ summed-grads
    return loss(p, x, y).reshape(1)
