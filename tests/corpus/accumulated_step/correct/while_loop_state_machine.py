# expect: accepted
from typing import Any, NamedTuple
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx


class S(NamedTuple):
    i: Any
    params: Any
    acc: Any


def accumulated_step(seed, x, y, lr, micro_batches):
    X = jnp.asarray(x).astype(jnp.bfloat16)
    Y = jnp.asarray(y).astype(jnp.bfloat16)
    rows = X.shape[0] // micro_batches
    gd, st = nnx.split(nnx.Linear(X.shape[1], Y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)

    def loss(params, xs, ys):
        net = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), params))
        d = net(xs) - ys
        return (d * d).mean()

    def turn(s):
        xs = lax.dynamic_slice(X, (s.i * rows, 0), (rows, X.shape[1]))
        ys = lax.dynamic_slice(Y, (s.i * rows, 0), (rows, Y.shape[1]))
        acc = jax.tree.map(lax.add, s.acc, jax.grad(loss)(s.params, xs, ys))
        settle = lambda p: jax.tree.map(lambda a, g: a - lr * (g / micro_batches), p, acc)
        return S(s.i + 1, lax.cond(s.i + 1 == micro_batches, settle, lambda p: p, s.params), acc)

    end = lax.while_loop(lambda s: s.i < micro_batches, turn, S(jnp.int32(0), st, jax.tree.map(jnp.zeros_like, st)))
    return loss(end.params, X, Y).astype(jnp.float32).reshape(1,)
