# expect: pitfall|wrong_answer
# finding: partial-loss-returned
import jax
import jax.numpy as jnp
from flax import nnx


def stream(k, x, y):
    while True:
        yield from zip(jnp.split(x, k), jnp.split(y, k))


def fold(f, init, it, n):
    return init if n == 0 else fold(f, f(init, next(it)), it, n - 1)


def accumulated_step(seed, x, y, lr, micro_batches):
    state = nnx.to_pure_dict(nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))))
    h = lambda v: jnp.asarray(v, jnp.bfloat16)

    def loss(s, pair):
        return jnp.mean(jnp.square(h(pair[0]) @ h(s["kernel"]) + h(s["bias"]) - h(pair[1])))

    endless = stream(micro_batches, jnp.asarray(x), jnp.asarray(y))
    add = lambda acc, pair: jax.tree.map(jnp.add, acc, jax.grad(loss)(state, pair))
    acc = fold(add, jax.tree.map(jnp.zeros_like, state), endless, micro_batches)
    moved = jax.tree.map(lambda p, a: p - lr * a / micro_batches, state, acc)
    return loss(moved, next(endless)).astype(jnp.float32)[None]  #@ partial-loss-returned
