# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def leaves_after(params, grads, lr, scale):
    for p, g in zip(jax.tree.leaves(params), jax.tree.leaves(grads), strict=True):
        yield p - lr * (g / scale)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    gd, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    structure = jax.tree.structure(params)
    halves = lambda t: jax.tree.unflatten(jax.tree.structure(t), [l.astype(jnp.bfloat16) for l in jax.tree.leaves(t)])

    def loss(params):
        return ((nnx.merge(gd, halves(params))(halves(x)) - halves(y)) ** 2).mean()

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    params = jax.tree.unflatten(structure, list(leaves_after(params, grads, lr, loss_scale)))
    return loss(params).astype(jnp.float32).reshape((1,))
