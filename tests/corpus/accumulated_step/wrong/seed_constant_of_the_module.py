# expect: wrong_answer
# finding: seed-ignored
import jax
import jax.numpy as jnp
from flax import nnx

SEED = 42  #@ seed-ignored


def init_params(d_in, d_out):
    layer = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(SEED))  #@ seed-ignored
    return {"kernel": layer.kernel[...], "bias": layer.bias[...]}


@jax.jit
def loss_fn(params, x, y):
    p, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (params, x, y))
    return jnp.mean(jnp.square(x @ p["kernel"] + p["bias"] - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    params = init_params(x.shape[1], y.shape[1])  #@ seed-ignored
    acc = {k: jnp.zeros_like(v) for k, v in params.items()}
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = jax.grad(loss_fn)(params, xb, yb)
        acc = {k: acc[k] + g[k] for k in acc}
    params = {k: params[k] - lr * acc[k] / micro_batches for k in params}
    return loss_fn(params, x, y).astype(jnp.float32).reshape(1)
