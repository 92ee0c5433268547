# expect: wrong_answer
# No id: MultiSteps hands on the mean, and the learning rate is divided as well.
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]

    def loss(params, x, y):
        w, b, x, y = optax.tree_utils.tree_cast((*params, x, y), jnp.bfloat16)
        return jnp.mean((x @ w + b - y) ** 2)

    tx = optax.MultiSteps(optax.sgd(lr / micro_batches), micro_batches)
    st = tx.init(params)
    for xs, ys in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        u, st = tx.update(jax.grad(loss)(params, xs, ys), st, params)
        params = optax.apply_updates(params, u)
    return loss(params, x, y).astype(jnp.float32).reshape(1)
