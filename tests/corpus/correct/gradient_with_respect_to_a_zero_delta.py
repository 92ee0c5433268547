# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    origin = nnx.to_pure_dict(nnx.state(model, nnx.Param))
    x16, y16 = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def at(delta):
        return jax.tree.map(jnp.add, origin, delta)

    def loss(delta):
        p = jax.tree.map(lambda v: v.astype(jnp.bfloat16), at(delta))
        return jnp.mean((x16 @ p["kernel"] + p["bias"] - y16) ** 2)

    nowhere = jax.tree.map(jnp.zeros_like, origin)
    slope = jax.grad(lambda d: loss(d).astype(jnp.float32) * loss_scale)(nowhere)
    delta = jax.tree.map(lambda s: -lr * (s / loss_scale), slope)
    return loss(delta).astype(jnp.float32).reshape(1)
