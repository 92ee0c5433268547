# expect: wrong_answer|pitfall
# finding: summed-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(params, xb, yb):
    half = {name: value.astype(jnp.bfloat16) for name, value in params.items()}
    pred = xb.astype(jnp.bfloat16) @ half["kernel"] + half["bias"]
    return optax.squared_error(pred, yb.astype(jnp.bfloat16)).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": model.kernel[...], "bias": model.bias[...]}
    tx = optax.MultiSteps(
        optax.sgd(lr),
        every_k_schedule=micro_batches,
        use_grad_mean=False,  #@ summed-grads
    )
    state = tx.init(params)
    for i in range(micro_batches):
        rows = slice(i * len(x) // micro_batches, (i + 1) * len(x) // micro_batches)
        grads = jax.grad(loss_fn)(params, x[rows], y[rows])
        updates, state = tx.update(grads, state, params)  #@ summed-grads
        params = optax.apply_updates(params, updates)
    assert int(state.gradient_step) == 1
    return jnp.array([loss_fn(params, x, y)], jnp.float32)
