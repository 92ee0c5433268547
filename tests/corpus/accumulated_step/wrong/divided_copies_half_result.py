# expect: wrong_answer|pitfall
# finding: low-precision-grads
# finding: wrong-output-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def h(tree):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), tree)


def f(tree):
    return jax.tree.map(lambda a: a.astype(jnp.float32), tree)


def mse(p, xb, yb):
    return jnp.mean((xb @ p["kernel"] + p["bias"] - yb) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    x, y, p16 = h(x), h(y), h(masters)

    mean = jax.tree.map(jnp.zeros_like, masters)
    n = x.shape[0] // micro_batches
    for i in range(0, x.shape[0], n):
        g = jax.grad(mse)(p16, x[i:i + n], y[i:i + n])
        g = jax.tree.map(lambda a: a / micro_batches, g)  #@ low-precision-grads
        mean = jax.tree.map(jnp.add, mean, f(g))

    tx = optax.sgd(lr)
    updates, _ = tx.update(mean, tx.init(masters))
    masters = optax.apply_updates(masters, updates)
    return mse(h(masters), x, y).reshape(1)  #@ wrong-output-dtype
