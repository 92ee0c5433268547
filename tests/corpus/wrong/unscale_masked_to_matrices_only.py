# expect: pitfall|wrong_answer
# finding: unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def divide_by(c):
    return optax.stateless_with_tree_map(lambda u, p: u / c)


def matrices(params):
    return jax.tree.map(lambda a: a.ndim >= 2, params)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    params = nnx.to_pure_dict(params)
    tx = optax.chain(
        optax.masked(divide_by(loss_scale), matrices),  #@ unscaled-grads
        optax.sgd(lr))

    def loss(p):
        p, a, b = jax.tree.map(lambda t: t.astype(jnp.bfloat16), (p, x, y))
        return jnp.mean(jnp.square(a @ p['kernel'] + p['bias'] - b)).astype(jnp.float32)

    g = jax.grad(lambda p: loss(p) * loss_scale)(params)
    params = optax.apply_updates(params, tx.update(g, tx.init(params), params)[0])  #@ unscaled-grads
    return loss(params).reshape(1)
