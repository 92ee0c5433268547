# expect: pitfall|wrong_answer
# finding: low-precision-unscale
# allow: low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    graphdef, master = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    tx = optax.sgd(lr)
    x16 = x.astype(jnp.bfloat16)
    y16 = y.astype(jnp.bfloat16)

    def loss_fn(compute):
        return jnp.mean((nnx.merge(graphdef, compute)(x16) - y16) ** 2)

    compute = jax.tree.map(lambda p: p.astype(jnp.bfloat16), master)
    grads = jax.grad(lambda c: loss_fn(c).astype(jnp.float32) * loss_scale)(compute)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)  #@ low-precision-unscale
    updates, _ = tx.update(grads, tx.init(master), master)  #@ low-precision-update
    master = optax.apply_updates(master, updates)
    compute = jax.tree.map(lambda p: p.astype(jnp.bfloat16), master)
    return loss_fn(compute).astype(jnp.float32).reshape((1,))
