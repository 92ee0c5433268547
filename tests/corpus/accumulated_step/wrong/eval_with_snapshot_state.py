# expect: pitfall|wrong_answer
# finding: stale-loss|update-discarded
import jax, jax.numpy as jnp, optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    graphdef, state = nnx.split(nnx.clone(model), nnx.Param)

    def loss(state, batch):
        half, (a, b) = jax.tree.map(lambda v: v.astype(jnp.bfloat16), (state, batch))
        return jnp.mean((nnx.merge(graphdef, half)(a) - b) ** 2)

    stacked = tuple(jnp.asarray(v).reshape(micro_batches, -1, v.shape[1]) for v in (x, y))
    _, grads = jax.lax.scan(lambda c, b: (c, jax.grad(loss)(state, b)), None, stacked)
    optimizer.update(model, jax.tree.map(lambda g: g.mean(0), grads))
    return loss(state, (jnp.asarray(x), jnp.asarray(y))).astype(jnp.float32)[None]  #@ stale-loss
