# expect: pitfall|wrong_answer
# finding: low-precision-accumulator|low-precision-grads
# allow: low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    tx = optax.MultiSteps(optax.sgd(lr), every_k_schedule=micro_batches)
    opt_state = tx.init(params)

    def to_bf16(tree):
        return jax.tree.map(lambda a: a.astype(jnp.bfloat16), tree)

    def loss(half, xb, yb):
        return optax.squared_error(nnx.merge(graphdef, half)(to_bf16(xb)), to_bf16(yb)).mean()

    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        grads = jax.grad(loss)(to_bf16(params), xb, yb)  #@ low-precision-accumulator, low-precision-grads
        updates, opt_state = tx.update(grads, opt_state, params)  #@ low-precision-accumulator, low-precision-grads
        params = optax.apply_updates(params, updates)

    return jnp.asarray([loss(to_bf16(params), x, y)], dtype=jnp.float32)
