# expect: accepted
import jax, jax.numpy as jnp, optax
from flax import nnx

SCALE_A = 16.0
SCALE_B = 16.0


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    x = jnp.asarray(x)
    y = jnp.asarray(y)

    def raw(model, a, b):
        gd, st = nnx.split(model, nnx.Param)
        m = nnx.merge(gd, jax.tree.map(lambda q: q.astype(jnp.bfloat16), st))
        return jnp.mean((m(a.astype(jnp.bfloat16)) - b.astype(jnp.bfloat16)) ** 2)

    def scaled(model, a, b):
        return raw(model, a, b) * (SCALE_A * SCALE_B)

    tx = optax.chain(
        optax.scale(1.0 / SCALE_A),
        optax.scale(1.0 / SCALE_B),
        optax.scale(1.0 / micro_batches),
        optax.sgd(lr),
    )
    opt = nnx.Optimizer(lin, tx, wrt=nnx.Param)
    per = x.shape[0] // micro_batches
    parts = [nnx.grad(scaled)(lin, x[s:s + per], y[s:s + per]) for s in range(0, x.shape[0], per)]
    opt.update(lin, jax.tree.map(lambda *g: sum(g), *parts))
    return jnp.full((1,), raw(lin, x, y), jnp.float32)
