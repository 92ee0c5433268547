# expect: wrong_answer
# finding: lr-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(p, x, y):
    p = jax.tree.map(lambda a: a.astype(jnp.bfloat16), p)
    return ((x @ p["kernel"] + p["bias"] - y) ** 2).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    tx = optax.sgd(lr)
    acc = jax.tree.map(jnp.zeros_like, p)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        acc = jax.tree.map(jnp.add, acc, jax.grad(loss_fn)(p, xb, yb))
    mean = jax.tree.map(lambda a: -a / micro_batches, acc)
    updates, _ = tx.update(mean, tx.init(p))
    p = optax.apply_updates(p, mean)  #@ lr-ignored
    return loss_fn(p, x, y).astype(jnp.float32).reshape(1)
