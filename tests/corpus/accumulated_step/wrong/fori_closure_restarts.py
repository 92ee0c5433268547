# expect: pitfall|wrong_answer
# finding: last-micro-batch-only
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    xs, ys = (jnp.stack(jnp.split(a, micro_batches)) for a in (x, y))

    def loss(p, a, b):
        p, a, b = optax.tree.cast((p, a, b), jnp.bfloat16)
        return jnp.mean(jnp.square(nnx.merge(gd, p)(a) - b))

    acc = optax.tree.zeros_like(params)

    def body(i, carry):
        del carry
        g = jax.grad(loss)(params, xs[i], ys[i])
        return optax.tree.add(acc, g)  #@ last-micro-batch-only

    acc = jax.lax.fori_loop(0, micro_batches, body, acc)
    tx = optax.chain(optax.scale(1.0 / micro_batches), optax.sgd(lr))
    u, _ = tx.update(acc, tx.init(params))
    return loss(optax.apply_updates(params, u), x, y).astype(jnp.float32)[None]
