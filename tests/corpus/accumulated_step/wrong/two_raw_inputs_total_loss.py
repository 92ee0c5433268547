# expect: wrong_answer
# finding: uncast-inputs
# finding: summed-grads
# allow: full-precision-loss
# allow: full-precision-final-loss
import jax
import jax.numpy as jnp
from flax import nnx

H = jnp.bfloat16


def loss(p, x, y):
    pred = jnp.einsum("ni,io->no", x, p["w"].astype(H)).astype(H) + p["b"].astype(H)  #@ uncast-inputs
    return jnp.mean(jnp.square(pred - y.astype(H)))


def total_loss(p, xs, ys):
    return sum(loss(p, a, b).astype(jnp.float32) for a, b in zip(xs, ys))  #@ summed-grads


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"w": m.kernel[...], "b": m.bias[...]}
    g = jax.grad(total_loss)(p, jnp.split(x, micro_batches), jnp.split(y, micro_batches))  #@ summed-grads
    p = {k: p[k] - lr * g[k] for k in p}  #@ summed-grads
    return loss(p, x, y).astype(jnp.float32).reshape(1)
