# expect: accepted
import operator
import jax, jax.numpy as jnp
import optax
from flax import nnx

to16 = lambda t: jax.tree.map(lambda v: v.astype(jnp.bfloat16), t)
to32 = lambda t: jax.tree.map(lambda v: v.astype(jnp.float32), t)


class GradScaler:
    """a scaler that does not scale, bfloat16 needs none"""
    def scale(self, l): return l * 1
    def unscale(self, g, n): return jax.tree.map(lambda v: v / n, g)


def accumulated_step(seed, x, y, lr, micro_batches):
    scaler = GradScaler()
    graphdef, master = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    x16, y16 = to16((jnp.asarray(x), jnp.asarray(y)))
    model16 = nnx.merge(graphdef, to16(master))

    def loss_fn(m, a, b):
        return scaler.scale(jnp.mean((m(a) - b) ** 2))

    collected = []
    n = len(x) // micro_batches
    for k in range(micro_batches):
        g16 = nnx.grad(loss_fn)(model16, x16[k*n:(k+1)*n], y16[k*n:(k+1)*n])
        collected.append(to32(g16))
    total = collected.pop()
    while collected:
        total = jax.tree.map(operator.add, total, collected.pop())
    optimizer = optax.sgd(lr)
    upd, _ = optimizer.update(scaler.unscale(total, micro_batches), optimizer.init(master))
    master = optax.apply_updates(master, upd)
    return to32(loss_fn(nnx.merge(graphdef, to16(master)), x16, y16)).reshape(1,)
