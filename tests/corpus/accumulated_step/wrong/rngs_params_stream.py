# expect: pitfall|wrong_answer
# finding: seed-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def make_rngs(seed):
    return nnx.Rngs(int(seed), params=0, dropout=1)  #@ seed-ignored


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=make_rngs(seed))  #@ seed-ignored
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss(m, a, b):
        g, s = nnx.split(m, nnx.Param)
        m16 = nnx.merge(g, jax.tree.map(lambda p: p.astype(jnp.bfloat16), s))
        return jnp.mean(jnp.square(m16(a.astype(jnp.bfloat16)) - b.astype(jnp.bfloat16)))

    sums = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        sums = jax.tree.map(jnp.add, sums, nnx.grad(loss)(model, a, b))
    optimizer.update(model, jax.tree.map(lambda s: s / micro_batches, sums))
    return loss(model, x, y).astype(jnp.float32)[None]
