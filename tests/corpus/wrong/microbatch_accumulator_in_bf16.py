# expect: pitfall|wrong_answer
# finding: low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    gdef, params = nnx.split(nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed))), nnx.Param)

    def mse(p, xb, yb):
        half = jax.tree.map(lambda a: a.astype(jnp.bfloat16), p)
        return jnp.mean((nnx.merge(gdef, half)(xb.astype(jnp.bfloat16)) - yb.astype(jnp.bfloat16)) ** 2).astype(jnp.float32)

    buffer = jax.tree.map(lambda p: jnp.zeros(p.shape, jnp.bfloat16), params)
    for xb, yb in [(x, y)]:
        g = jax.grad(lambda p: mse(p, xb, yb) * loss_scale)(params)
        g = jax.tree.map(lambda t: t / loss_scale, g)
        buffer = jax.tree.map(lambda acc, t: acc.at[...].set(t.astype(acc.dtype)), buffer, g)  #@ low-precision-grads
    grads = jax.tree.map(lambda t: t.astype(jnp.float32), buffer)
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return mse(params, x, y).reshape(1)
