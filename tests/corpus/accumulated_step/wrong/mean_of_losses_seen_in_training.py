# expect: wrong_answer
# finding: stale-loss
# allow: full-precision-final-loss
# allow: partial-loss-returned
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(p, x, y):
    h = jax.tree.map(lambda a: a.astype(jnp.bfloat16), p)
    return jnp.mean((x @ h["kernel"] + h["bias"] - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    running_loss = 0.0
    acc = jax.tree.map(jnp.zeros_like, p)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        loss, g = jax.value_and_grad(loss_fn)(p, xb, yb)  #@ stale-loss
        running_loss += loss.astype(jnp.float32) / micro_batches  #@ stale-loss
        acc = jax.tree.map(jnp.add, acc, g)
    tx = optax.sgd(lr)
    updates, _ = tx.update(jax.tree.map(lambda a: a / micro_batches, acc), tx.init(p))
    p = optax.apply_updates(p, updates)
    # like in PyTorch: running_loss += loss.item()
    return running_loss.astype(jnp.bfloat16).astype(jnp.float32).reshape(1)  #@ stale-loss
