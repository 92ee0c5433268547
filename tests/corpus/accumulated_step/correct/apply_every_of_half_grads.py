# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def build(d, o, seed):
    lin = nnx.Linear(d, o, rngs=nnx.Rngs(int(seed)))
    return (lin.kernel[...], lin.bias[...])


def cost(pair16, x16, y16):
    k, b = pair16
    diff = jnp.dot(x16, k) + b - y16
    return jnp.mean(diff * diff)


def accumulated_step(seed, x, y, lr, micro_batches):
    masters = build(x.shape[1], y.shape[1], seed)
    x16, y16 = jnp.asarray(x, jnp.bfloat16), jnp.asarray(y, jnp.bfloat16)
    tx = optax.chain(optax.apply_every(micro_batches), optax.scale(1.0 / micro_batches), optax.sgd(lr))
    memo = tx.init(masters)
    to16 = lambda tree: optax.tree.cast(tree, jnp.bfloat16)
    for xs, ys in zip(jnp.split(x16, micro_batches), jnp.split(y16, micro_batches)):
        g16 = jax.grad(cost)(to16(masters), xs, ys)
        moves, memo = tx.update(g16, memo, masters)       # zeros, until the last part came
        masters = optax.apply_updates(masters, moves)
    return cost(to16(masters), x16, y16).astype(jnp.float32).reshape(1)
