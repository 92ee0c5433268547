# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx

half = lambda t: jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)


def accumulated_step(seed, x, y, lr, micro_batches):
    linear = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(params=int(seed)))
    params = dict(kernel=linear.kernel[...], bias=linear.bias[...])

    def mse(params, x, y):
        p, x, y = half((params, x, y))
        return optax.l2_loss(x @ p["kernel"] + p["bias"], y).mean() * 2

    tx = optax.chain(
        optax.scale(1.0 / micro_batches),
        optax.apply_every(k=micro_batches),
        optax.sgd(lr),
    )
    state = tx.init(params)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        updates, state = tx.update(jax.grad(mse)(params, xb, yb), state, params)
    params = optax.apply_updates(params, updates)

    return mse(params, x, y).astype(jnp.float32).ravel()
