# expect: pitfall|wrong_answer
# finding: summed-grads
import jax
import jax.numpy as jnp
from flax import nnx

bf16 = jnp.bfloat16


def mse(params, x, y):
    w = params["w"].astype(bf16)
    b = params["b"].astype(bf16)
    pred = x.astype(bf16) @ w + b
    return jnp.mean((pred - y.astype(bf16)) ** 2)


def sgd(params, grads, lr):
    return jax.tree.map(lambda p, g: p - lr * g, params, grads)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    params = {"w": layer.kernel[...], "b": layer.bias[...]}
    n = x.shape[0] // micro_batches
    losses = lambda p: [mse(p, x[i * n : i * n + n], y[i * n : i * n + n]) for i in range(micro_batches)]
    g = jax.grad(lambda p: sum(part.astype(jnp.float32) for part in losses(p)))(params)
    params = sgd(params, g, lr)  #@ summed-grads
    loss = mse(params, x, y)
    return loss.astype(jnp.float32).reshape(1)
