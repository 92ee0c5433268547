# expect: accepted
"""NVIDIA-apex look-alike: skip the step on overflow, halve the scale. (It never
overflows here, but that is how one writes it.)"""
from typing import NamedTuple
import jax
import jax.numpy as jnp
from jax import lax
import optax
from flax import nnx


class AmpState(NamedTuple):
    params: dict
    opt: tuple
    scale: jax.Array
    good_steps: jax.Array


def cast(tree, dtype):
    return jax.tree.map(lambda t: lax.convert_element_type(t, dtype), tree)


def objective(params, batch):
    params, batch = cast(params, jnp.bfloat16), cast(batch, jnp.bfloat16)
    pred = lax.dot(batch[0], params["w"]) + params["b"][None, :]
    return jnp.mean(lax.integer_pow(lax.sub(pred, batch[1]), 2))


def make_body(tx):
    def body(state: AmpState, batch):
        def scaled(p):
            return objective(p, batch).astype(jnp.float32) * state.scale
        grads = jax.grad(scaled)(state.params)
        grads = jax.tree.map(lambda g: g.astype(jnp.float32) / state.scale, grads)
        ok = jnp.all(jnp.stack([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]))

        def take(_):
            u, opt = tx.update(grads, state.opt, state.params)
            return AmpState(optax.apply_updates(state.params, u), opt, state.scale, state.good_steps + 1)

        def skip(_):
            return state._replace(scale=state.scale / 2, good_steps=jnp.zeros_like(state.good_steps))

        return lax.cond(ok, take, skip, None), ok
    return body


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    tx = optax.sgd(lr)
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    start = AmpState(params, tx.init(params), jnp.asarray(loss_scale, jnp.float32), jnp.int32(0))
    batches = (x[None], y[None])
    end, _ = lax.scan(make_body(tx), start, batches)
    return cast(objective(end.params, (x, y)), jnp.float32)[None]
