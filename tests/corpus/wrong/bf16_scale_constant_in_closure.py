# expect: pitfall|wrong_answer
# finding: low-precision-loss-scale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    # put everything that the loss needs into bf16 once, so that the closure only reads it
    x_c, y_c, scale_c = (jnp.asarray(v, dtype=jnp.bfloat16) for v in (x, y, loss_scale))  #@ low-precision-loss-scale

    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    gd, masters = nnx.split(layer, nnx.Param)

    def mse(p):
        p = jax.tree.map(lambda a: a.astype(jnp.bfloat16), p)
        return jnp.mean((nnx.merge(gd, p)(x_c) - y_c) ** 2)

    def objective(p):
        loss = mse(p)
        return loss.astype(jnp.float32) * scale_c

    _, pull = jax.vjp(objective, masters)
    (g,) = pull(jnp.ones((), jnp.float32))
    g = jax.tree.map(lambda a: a / loss_scale, g)
    tx = optax.sgd(lr)
    upd, _ = tx.update(g, tx.init(masters))
    masters = optax.apply_updates(masters, upd)
    return mse(masters).astype(jnp.float32).reshape(1)
