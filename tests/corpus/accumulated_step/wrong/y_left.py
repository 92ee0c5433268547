# expect: pitfall|wrong_answer
# finding: uncast-targets
import jax
import jax.numpy as jnp
from flax import nnx


def autocast(f):
    def inner(params, inputs, targets):
        params, inputs = jax.tree.map(lambda t: t.astype(jnp.bfloat16), (params, inputs))
        return f(params, inputs, targets)  #@ uncast-targets

    return inner


@autocast
def objective(params, inputs, targets):
    residual = inputs @ params["kernel"] + params["bias"] - targets  #@ uncast-targets
    return jnp.mean(jnp.square(residual.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
    total = jax.tree.map(jnp.zeros_like, params)
    for inputs, targets in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total = jax.tree.map(jnp.add, total, jax.grad(objective)(params, inputs, targets))
    params = jax.tree.map(lambda p, t: p - lr * (t / micro_batches), params, total)
    return objective(params, x, y).astype(jnp.float32).reshape(1)
