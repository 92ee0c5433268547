# expect: pitfall|wrong_answer
# finding: low-precision-accumulator|low-precision-grads|low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    to_bf16 = lambda tree: jax.tree.map(lambda a: a.astype(jnp.bfloat16), tree)

    @jax.jit
    def loss(half, a, b):
        return optax.l2_loss(nnx.merge(graphdef, half)(a), b).mean() * 2

    tx = optax.MultiSteps(optax.sgd(lr), micro_batches)  #@ low-precision-accumulator, low-precision-grads, low-precision-update
    state = tx.init(params)
    x, y = to_bf16((x, y))
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        grads = jax.grad(loss)(to_bf16(params), a, b)  #@ low-precision-accumulator, low-precision-grads, low-precision-update
        updates, state = tx.update(grads, state, params)  #@ low-precision-accumulator, low-precision-grads, low-precision-update
        params = optax.apply_updates(params, updates)
    return jnp.float32(loss(to_bf16(params), x, y)).reshape(1)
