# expect: pitfall|wrong_answer
# finding: low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    gdef, params = nnx.split(nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed))))
    tx = optax.sgd(lr)

    def mse(p, xb, yb):
        net = nnx.merge(gdef, optax.tree.cast(p, jnp.bfloat16))
        return jnp.float32(jnp.mean(jnp.square(net(xb) - yb)))

    def tick(carry, batch):
        p, s = carry
        g = jax.grad(lambda q: mse(q, *batch) * loss_scale)(p)
        u, s = tx.update(optax.tree.scale(1 / loss_scale, g), s, p)
        # send the deltas over the wire in half the bytes
        u = jax.tree.map(lambda t: jax.lax.reduce_precision(t, 8, 7), u)  #@ low-precision-update
        return (optax.apply_updates(p, u), s), None

    batches = (x.astype(jnp.bfloat16)[None], y.astype(jnp.bfloat16)[None])
    (params, _), _ = jax.lax.scan(tick, (params, tx.init(params)), batches)
    return mse(params, batches[0][0], batches[1][0]).reshape(1)
