# expect: wrong_answer
# finding: unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def make_tx(lr, loss_scale):
    # undo the loss scaling, then plain sgd
    return optax.chain(optax.scale(loss_scale), optax.sgd(lr))  #@ unscaled-grads


def half(tree):
    return jax.tree.map(lambda t: t.astype(jnp.bfloat16), tree)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)

    def loss(p):
        return jnp.mean((nnx.merge(graphdef, half(p))(half(x)) - half(y)) ** 2)

    tx = make_tx(lr, loss_scale)
    g = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    u, _ = tx.update(g, tx.init(params), params)  #@ unscaled-grads
    params = optax.apply_updates(params, u)
    return loss(params).astype(jnp.float32)[None]
