# expect: accepted
"""The border between the two precisions is one differentiable function; its transpose also undoes the loss scale."""
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx


@jax.custom_vjp
def into_half(tree, scale):
    return jax.tree.map(lambda p: p.astype(jnp.bfloat16), tree)


def into_half_fwd(tree, scale):
    return into_half(tree, scale), scale


def into_half_bwd(scale, ct):
    back = jax.tree.map(lambda c: jax.lax.convert_element_type(c, jnp.float32) / scale, ct)
    return back, jnp.zeros_like(scale)


into_half.defvjp(into_half_fwd, into_half_bwd)


def objective(masters, scale, graphdef, x, y):
    net = nnx.merge(graphdef, into_half(masters, scale))
    x, y = into_half((x, y), jnp.float32(1))
    return jnp.mean(jnp.square(net(x) - y))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    graphdef, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    s = jnp.asarray(loss_scale, jnp.float32)
    f = partial(objective, scale=s, graphdef=graphdef, x=x, y=y)
    # what comes out here is divided already: see into_half_bwd
    g = jax.grad(lambda m: f(m).astype(jnp.float32) * s)(masters)
    masters = jax.tree.map(lambda p, d: p - lr * d, masters, g)
    return f(masters).astype(jnp.float32)[None]
