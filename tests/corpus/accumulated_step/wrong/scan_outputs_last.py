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
    def loss(params, xs, ys):
        half = optax.tree.cast((params, xs, ys), jnp.bfloat16)
        return jnp.mean(jnp.square(nnx.merge(graphdef, half[0])(half[1]) - half[2]))

    def body(total, part):
        g = jax.grad(loss)(params, *part)
        return optax.tree.add(total, g), g

    parts = jax.tree.map(lambda a: jnp.reshape(a, (micro_batches, -1, a.shape[1])), (x, y))
    _, history = jax.lax.scan(body, optax.tree.zeros_like(params), parts)
    total = jax.tree.map(lambda h: h[-1], history)  #@ last-micro-batch-only
    tx = optax.sgd(lr)
    updates, _ = tx.update(jax.tree.map(lambda t: t / micro_batches, total), tx.init(params))
    return jnp.float32(loss(optax.apply_updates(params, updates), x, y))[None]
