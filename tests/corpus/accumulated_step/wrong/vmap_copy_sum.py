# expect: wrong_answer|pitfall
# finding: low-precision-accumulator
import jax, jax.numpy as jnp, optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    to16 = lambda t: jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)
    to32 = lambda t: jax.tree.map(lambda a: a.astype(jnp.float32), t)
    x, y = to16((x, y))
    X = x.reshape(micro_batches, -1, x.shape[1])
    Y = y.reshape(micro_batches, -1, y.shape[1])

    def loss(state, a, b):
        return jnp.mean((nnx.merge(graphdef, state)(a) - b) ** 2)

    stacked = jax.vmap(jax.grad(loss), (None, 0, 0))(to16(masters), X, Y)
    summed = jax.tree.map(lambda g: jnp.sum(g, axis=0), stacked)  #@ low-precision-accumulator
    mean = jax.tree.map(lambda s: s / micro_batches, to32(summed))
    opt = optax.sgd(lr)
    upd, _ = opt.update(mean, opt.init(masters), masters)
    masters = optax.apply_updates(masters, upd)
    return to32(loss(to16(masters), x, y))[None]
