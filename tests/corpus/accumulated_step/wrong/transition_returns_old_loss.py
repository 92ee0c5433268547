# expect: pitfall|wrong_answer
# finding: stale-loss|update-discarded
from functools import partial
from typing import NamedTuple
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Train(NamedTuple):
    params: dict
    opt: optax.OptState


def objective(params, a, b):
    c = jax.tree.map(jnp.bfloat16, params)
    return jnp.mean((jnp.bfloat16(a) @ c["kernel"] + c["bias"] - jnp.bfloat16(b)) ** 2)


def transition(tx, k, state, batch):
    folded = jax.tree.map(lambda v: v.reshape(k, -1, v.shape[1]), batch)
    zero = jax.tree.map(jnp.zeros_like, state.params)
    total, _ = jax.lax.scan(lambda s, ab: (jax.tree.map(jnp.add, s, jax.grad(objective)(state.params, *ab)), 0), zero, folded)
    u, opt = tx.update(jax.tree.map(lambda t: t / k, total), state.opt, state.params)
    new = Train(optax.apply_updates(state.params, u), opt)  #@ stale-loss, update-discarded
    return new, objective(state.params, *batch)  #@ stale-loss, update-discarded


def accumulated_step(seed, x, y, lr, micro_batches):
    tx = optax.sgd(lr)
    params = nnx.to_pure_dict(nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))))
    step = jax.jit(partial(transition, tx, micro_batches))
    state, loss = step(Train(params, tx.init(params)), (jnp.asarray(x), jnp.asarray(y)))
    return loss.astype(jnp.float32)[None]
