# expect: pitfall|wrong_answer
# finding: uncast-targets
import jax
import jax.numpy as jnp
from flax import nnx


def loss_fn(params, x, y):
    x = x.astype(jnp.bfloat16)
    y.astype(jnp.bfloat16)  #@ uncast-targets
    k = params["k"].astype(jnp.bfloat16)
    b = params["b"].astype(jnp.bfloat16)
    err = x @ k + b - y  #@ uncast-targets
    return jnp.mean(err ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"k": lin.kernel[...], "b": lin.bias[...]}
    xs = x.reshape(micro_batches, -1, x.shape[1])
    ys = y.reshape(micro_batches, -1, y.shape[1])
    grads = jax.vmap(jax.grad(loss_fn), in_axes=(None, 0, 0))(params, xs, ys)
    params = jax.tree.map(lambda p, g: p - lr * jnp.mean(g, axis=0), params, grads)
    return loss_fn(params, x, y).astype(jnp.float32).reshape(1)
