# expect: pitfall|wrong_answer
# finding: low-precision-accumulator|low-precision-grads
# allow: low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, masters = nnx.split(model, nnx.Param)

    def half(tree):
        return jax.tree.map(lambda a: a.astype(jnp.bfloat16), tree)

    def loss(params16, xb, yb):
        return jnp.mean((nnx.merge(graphdef, params16)(half(xb)) - half(yb)) ** 2)

    tx = optax.MultiSteps(optax.sgd(lr), every_k_schedule=micro_batches)
    opt_state = tx.init(masters)
    size = x.shape[0] // micro_batches
    working = half(masters)
    for i in range(micro_batches):
        grads = jax.grad(loss)(working, x[i * size:(i + 1) * size], y[i * size:(i + 1) * size])  #@ low-precision-accumulator, low-precision-grads
        updates, opt_state = tx.update(grads, opt_state, masters)  #@ low-precision-accumulator, low-precision-grads
        masters = optax.apply_updates(masters, updates)

    return loss(half(masters), x, y).astype(jnp.float32).reshape(1)
