# expect: pitfall|wrong_answer
# finding: low-precision-accumulator|low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)

    def loss_fn(params, xb, yb):
        half = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), params))
        err = half(xb.astype(jnp.bfloat16)) - yb.astype(jnp.bfloat16)
        return jnp.mean(err * err)

    tx = optax.MultiSteps(
        optax.sgd(lr),
        every_k_schedule=int(micro_batches),
        accumulator_dtype=jnp.bfloat16,  #@ low-precision-accumulator, low-precision-grads
    )
    state = tx.init(params)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        grads = jax.grad(loss_fn)(params, xb, yb)
        updates, state = tx.update(grads, state, params)
        params = optax.apply_updates(params, updates)
    return loss_fn(params, x, y).astype(jnp.float32).reshape(1)
