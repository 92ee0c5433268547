# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
from flax import nnx

bf16 = jnp.float16  #@ wrong-half-dtype


def mse(params, x, y):
    w = params["w"].astype(bf16)  #@ wrong-half-dtype
    b = params["b"].astype(bf16)  #@ wrong-half-dtype
    pred = x.astype(bf16) @ w + b  #@ wrong-half-dtype
    return jnp.mean((pred - y.astype(bf16)) ** 2)


def sgd(params, grads, lr):
    return jax.tree.map(lambda p, g: p - lr * g, params, grads)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    params = {"w": layer.kernel[...], "b": layer.bias[...]}
    n = x.shape[0] // micro_batches
    acc = {"w": jnp.zeros_like(params["w"]), "b": jnp.zeros_like(params["b"])}
    for i in range(micro_batches):
        xi, yi = x[i * n : (i + 1) * n], y[i * n : (i + 1) * n]
        g = jax.grad(mse)(params, xi, yi)
        acc = {k: acc[k] + g[k] for k in acc}
    acc = {k: v / micro_batches for k, v in acc.items()}
    params = sgd(params, acc, lr)
    loss = mse(params, x, y)
    return loss.astype(jnp.float32).reshape(1)
