# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    graphdef, state = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    tx = optax.sgd(lr)
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def loss(p):
        m = nnx.merge(graphdef, jax.tree.map(lambda a: a.astype(jnp.bfloat16), p))
        return jnp.mean((m(x) - y) ** 2).astype(jnp.float32)

    def one(carry, _):
        p, s = carry
        g = jax.grad(lambda q: loss(q) * loss_scale)(p)
        u, s = tx.update(jax.tree.map(lambda a: a / loss_scale, g), s, p)
        p = optax.apply_updates(p, u)
        return (p, s), loss(p)

    _, curve = jax.lax.scan(one, (state, tx.init(state)), length=3)
    return curve[2:]
