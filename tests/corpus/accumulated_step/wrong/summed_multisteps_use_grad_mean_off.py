# expect: pitfall|wrong_answer
# finding: summed-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model)

    def mse(params, xb, yb):
        out = nnx.merge(graphdef, params)(xb)
        return jnp.mean((out - yb.astype(jnp.bfloat16)) ** 2)

    tx = optax.MultiSteps(optax.sgd(lr), int(micro_batches), use_grad_mean=False)  #@ summed-grads
    opt_state = tx.init(params)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        updates, opt_state = tx.update(jax.grad(mse)(params, xb, yb), opt_state, params)
        params = optax.apply_updates(params, updates)
    return mse(params, x, y).astype(jnp.float32).reshape(1)
