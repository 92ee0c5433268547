# expect: wrong_answer
# finding: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    tx = optax.sgd(lr)
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    low = lambda t: jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)

    def mse(p):
        return jnp.mean((nnx.merge(graphdef, low(p))(low(x)) - low(y)) ** 2)

    def body(carry, _):
        p, s = carry
        scaled, g = jax.value_and_grad(lambda q: mse(q).astype(jnp.float32) * loss_scale)(p)
        g = jax.tree.map(lambda a: a / loss_scale, g)
        u, s = tx.update(g, s, p)
        p = optax.apply_updates(p, u)
        return (p, s), scaled / loss_scale  #@ stale-loss

    (params, _), losses = jax.lax.scan(body, (params, tx.init(params)), None, length=1)
    return losses[-1:]  #@ stale-loss
