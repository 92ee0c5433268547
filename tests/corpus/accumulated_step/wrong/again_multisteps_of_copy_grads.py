# expect: pitfall|wrong_answer
# finding: low-precision-accumulator|low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    cast = lambda t: optax.tree_utils.tree_cast(t, jnp.bfloat16)
    x, y = cast((x, y))

    def loss(half, x, y):
        return jnp.mean(optax.squared_error(x @ half["w"] + half["b"], y))

    tx = optax.MultiSteps(optax.sgd(lr), every_k_schedule=micro_batches)
    st = tx.init(params)
    half = cast(params)
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = jax.grad(loss)(half, a, b)  #@ low-precision-accumulator, low-precision-grads
        updates, st = tx.update(g, st, params)  #@ low-precision-accumulator, low-precision-grads
        params = optax.apply_updates(params, updates)
    return loss(cast(params), x, y).astype(jnp.float32).reshape(1)
