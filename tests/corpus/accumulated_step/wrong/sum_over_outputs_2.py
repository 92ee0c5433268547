# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


def loss(p, x, y):
    w, b = p["w"].astype(jnp.bfloat16), p["b"].astype(jnp.bfloat16)
    err = x @ w + b - y
    return jnp.mean(jnp.sum(err * err, axis=1))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"w": lin.kernel[...], "b": lin.bias[...]}
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    xs, ys = (t.reshape(micro_batches, -1, t.shape[1]) for t in (x, y))
    grads = jax.vmap(jax.grad(loss), (None, 0, 0))(p, xs, ys)
    p = {k: p[k] - lr * grads[k].mean(0) for k in p}
    return loss(p, x, y).astype(jnp.float32).reshape(1)
