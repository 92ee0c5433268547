# expect: accepted
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx


@partial(jax.jit, static_argnums=0)
def _run(seed, x, y, lr, loss_scale):
    with jax.named_scope("init"):
        lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(params=seed))
        params = nnx.state(lin, nnx.Param)
        gdef = nnx.graphdef(lin)
    with jax.named_scope("forward"):

        def loss_fn(params):
            half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
            diff = nnx.merge(gdef, half)(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)
            return jnp.mean(diff**2)

    with jax.named_scope("backward"):
        scaled, grads = jax.value_and_grad(lambda p: loss_fn(p).astype(jnp.float32) * loss_scale)(params)
    with jax.named_scope("update"):
        params = jax.tree.map(lambda p, g: p - lr * (g / loss_scale), params, grads)
    return loss_fn(params).astype(jnp.float32).reshape((1,))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    return _run(int(seed), x, y, lr, loss_scale)
