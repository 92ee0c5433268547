# expect: accepted
import jax.numpy as jnp
import jax
import optax
from flax import nnx


def half_of(m):
    g, s = nnx.split(m, nnx.Param)
    return nnx.merge(g, jax.tree.map(lambda p: p.astype(jnp.bfloat16), s))


@nnx.jit
def criterion(m, xs, ts):
    return ((half_of(m)(xs) - ts) ** 2).mean()


@nnx.jit
def micro(m, o, xs, ts):
    o.update(m, nnx.grad(criterion)(m, xs, ts))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    tx = optax.MultiSteps(optax.sgd(lr), every_k_schedule=micro_batches)
    opt = nnx.Optimizer(model, tx, wrt=nnx.Param)
    xb = jnp.asarray(x, jnp.bfloat16)
    yb = jnp.asarray(y, jnp.bfloat16)
    for xs, ts in zip(jnp.array_split(xb, micro_batches), jnp.array_split(yb, micro_batches)):
        micro(model, opt, xs, ts)
    return criterion(model, xb, yb).astype(jnp.float32).reshape((1,))
