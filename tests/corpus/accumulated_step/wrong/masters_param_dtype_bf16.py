# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
from flax import nnx


def mse(params, x, y):
    pred = x @ params["kernel"] + params["bias"]
    return jnp.mean((pred - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(
        x.shape[1], y.shape[1],
        param_dtype=jnp.bfloat16,  #@ master-downcast
        rngs=nnx.Rngs(int(seed)),
    )
    params = {"kernel": model.kernel[...], "bias": model.bias[...]}
    x = x.astype(jnp.bfloat16)
    y = y.astype(jnp.bfloat16)
    grad_sum = jax.tree.map(lambda p: jnp.zeros(p.shape, jnp.float32), params)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = jax.grad(mse)(params, xb, yb)
        grad_sum = jax.tree.map(lambda s, gi: s + gi.astype(jnp.float32), grad_sum, g)

    def sgd(p, s):
        return (p.astype(jnp.float32) - lr * s / micro_batches).astype(p.dtype)  #@ master-downcast

    params = jax.tree.map(sgd, params, grad_sum)
    return mse(params, x, y).astype(jnp.float32).reshape(1)
