# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
"""Wrong: the evaluation widens the bfloat16 error to float32 before it is squared."""
import jax
import jax.numpy as jnp
from flax import nnx


def error(params, x, y):
    w, b, x, y = (a.astype(jnp.bfloat16) for a in (params["w"], params["b"], x, y))
    return jnp.einsum("ni,io->no", x, w) + b - y


def mean_square(err, precise=False):
    if precise:
        err = err.astype(jnp.float32)  #@ full-precision-final-loss
    return jnp.mean(err * err)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": model.kernel[...], "b": model.bias[...]}

    def gradient(part):
        return jax.grad(lambda p: mean_square(error(p, *part)))(params)

    parts = tuple(a.reshape(micro_batches, -1, a.shape[1]) for a in (x, y))
    stacked = jax.lax.map(gradient, parts)
    params = {k: params[k] - lr * (jnp.sum(stacked[k], axis=0) / micro_batches) for k in params}
    return mean_square(error(params, x, y), precise=True).astype(jnp.float32).reshape(1)  #@ full-precision-final-loss
