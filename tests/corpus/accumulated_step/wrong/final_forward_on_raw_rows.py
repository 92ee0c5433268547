# expect: pitfall|wrong_answer
# finding: uncast-inputs
# allow: full-precision-final-loss
import jax
import jax.numpy as jnp
from flax import nnx

H = jnp.bfloat16


def predict(p, x):
    return x @ p["w"].astype(H) + p["b"].astype(H)


def mse(pred, y):
    return jnp.mean((pred.astype(H) - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"w": lin.kernel[...], "b": lin.bias[...]}
    xs = x.astype(H).reshape(micro_batches, -1, x.shape[1])
    y = y.astype(H)
    ys = y.reshape(micro_batches, -1, y.shape[1])
    g = jax.vmap(jax.grad(lambda p, a, b: mse(predict(p, a), b)), (None, 0, 0))(p, xs, ys)
    p = {k: p[k] - lr * g[k].mean(0) for k in p}
    return mse(predict(p, x), y).astype(jnp.float32).reshape(1)  #@ uncast-inputs
