# expect: accepted
# folds, maps and partial application; no statement is executed twice
from functools import partial, reduce
from operator import add

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compose(*fs):
    return reduce(lambda f, g: lambda *a: f(g(*a)), fs)


lift = partial(partial, jax.tree.map)
half = lift(lambda a: a.astype(jnp.bfloat16))
plus = lift(add)
sq_mean = compose(jnp.mean, jnp.square)


def loss(graphdef, masters, batch):
    x, y = half(batch)
    return sq_mean(nnx.merge(graphdef, half(masters))(x) - y)


def chunks(k, a):
    return jnp.split(jnp.asarray(a), k, axis=0)


def fold_gradients(dloss, masters, batches):
    return reduce(plus, map(partial(dloss, masters), batches))


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, masters = nnx.split(
        nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    )
    objective = partial(loss, graphdef)
    batches = list(zip(*map(partial(chunks, micro_batches), (x, y))))
    total = fold_gradients(jax.grad(objective), masters, batches)
    # the mean is in the learning rate
    tx = optax.sgd(lr / micro_batches)
    moved = optax.apply_updates(masters, tx.update(total, tx.init(masters))[0])
    finish = compose(lambda v: v.reshape(1), jnp.float32, objective)
    return finish(moved, (jnp.asarray(x), jnp.asarray(y)))
