# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
import functools
import jax
import jax.numpy as jnp
from flax import nnx

B = jnp.bfloat16
tmap = jax.tree.map


def fit_into(carry, new):
    return tmap(lambda c, n: n.astype(c.dtype), carry, new)


def accumulated_step(seed, x, y, lr, micro_batches):
    p = nnx.to_pure_dict(nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))))
    copy_of = functools.partial(tmap, lambda a: a.astype(B))

    def f(p, q):
        c, (a, b) = copy_of(p), copy_of(q)
        return (((a @ c["kernel"] + c["bias"]) - b) ** 2).mean()

    def turn(acc, q):
        return fit_into(acc, tmap(jnp.add, acc, jax.grad(f)(p, q))), ()  #@ low-precision-accumulator

    start = tmap(jnp.zeros_like, copy_of(p))  #@ low-precision-accumulator
    data = tmap(lambda a: a.reshape(micro_batches, -1, a.shape[1]), (jnp.asarray(x), jnp.asarray(y)))
    acc, _ = jax.lax.scan(turn, start, data)
    p = tmap(lambda w, s: w - lr * (s.astype(jnp.float32) / micro_batches), p, acc)
    return jnp.float32(f(p, (jnp.asarray(x), jnp.asarray(y)))).reshape(1)
