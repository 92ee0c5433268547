# expect: pitfall|wrong_answer
# finding: low-precision-accumulator|low-precision-grads|low-precision-update
import jax, jax.numpy as jnp, optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, masters = nnx.split(model, nnx.Param)
    ms = optax.MultiSteps(optax.sgd(lr), every_k_schedule=micro_batches)
    state = ms.init(masters)
    down = lambda t: jax.tree.map(lambda v: v.astype(jnp.bfloat16), t)
    xh, yh = down((jnp.asarray(x), jnp.asarray(y)))

    def loss(half, a, b):
        return jnp.mean((nnx.merge(graphdef, half)(a) - b) ** 2)

    rows = x.shape[0] // micro_batches
    for i in range(micro_batches):
        g = jax.grad(loss)(down(masters), xh[i * rows:(i + 1) * rows], yh[i * rows:(i + 1) * rows])
        upd, state = ms.update(g, state, masters)  #@ low-precision-grads
        masters = optax.apply_updates(masters, upd)
    return loss(down(masters), xh, yh).astype(jnp.float32)[None]
