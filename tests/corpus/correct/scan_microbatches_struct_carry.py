# expect: accepted
# gradient accumulation; the accumulator is fp32, each microbatch runs in bf16
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    n_micro = 1 if x.shape[0] % 2 else 2
    gdef, params = nnx.split(nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    tx = optax.sgd(lr)

    def mse(p, xb, yb):
        half = jax.tree.map(lambda a: a.astype(jnp.bfloat16), p)
        out = nnx.merge(gdef, half)(xb.astype(jnp.bfloat16))
        return jnp.mean((out - yb.astype(jnp.bfloat16)) ** 2).astype(jnp.float32)

    def micro(acc, batch):
        g = jax.grad(lambda p: mse(p, *batch) * loss_scale)(params)
        return jax.tree.map(lambda a, b: a + b.astype(jnp.float32), acc, g), None

    chunks = jax.tree.map(lambda a: a.reshape(n_micro, -1, a.shape[-1]), (x, y))
    zero = jax.tree.map(lambda p: jnp.zeros(p.shape, jnp.float32), params)
    total, _ = jax.lax.scan(micro, zero, chunks)
    grads = jax.tree.map(lambda g: g / (n_micro * loss_scale), total)
    updates, _ = tx.update(grads, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return mse(params, x, y)[None]
