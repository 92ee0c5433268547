# expect: pitfall|wrong_answer
# finding: last-micro-batch-only
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)

    @jax.jit
    def loss(params, xb, yb):
        p16 = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        err = nnx.merge(graphdef, p16)(xb.astype(jnp.bfloat16)) - yb.astype(jnp.bfloat16)
        return jnp.mean(err * err)

    start = jax.tree.map(lambda p: jnp.zeros(p.shape, jnp.float32), params)
    for xb, yb in zip(jnp.vsplit(x, micro_batches), jnp.vsplit(y, micro_batches)):
        grads = jax.grad(loss)(params, xb, yb)
        total = jax.tree.map(jnp.add, start, grads)  #@ last-micro-batch-only

    mean = jax.tree.map(lambda g: g / micro_batches, total)
    sgd = optax.sgd(lr)
    updates, _ = sgd.update(mean, sgd.init(params), params)
    params = optax.apply_updates(params, updates)
    return loss(params, x, y).astype(jnp.float32).reshape(1)
