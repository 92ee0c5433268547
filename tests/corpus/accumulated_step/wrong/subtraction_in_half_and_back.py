# expect: pitfall|wrong_answer
# finding: low-precision-update|master-downcast
# allow: low-precision-grads
# allow: low-precision-update
# allow: master-downcast
import jax
import jax.numpy as jnp
from flax import nnx

H, F = jnp.bfloat16, jnp.float32


def loss_fn(p, x, y):
    return jnp.mean(jnp.square(x.astype(H) @ p["w"].astype(H) + p["b"].astype(H) - y.astype(H)))


def apply(p, g, lr):
    return (p.astype(H) - (lr * g).astype(H)).astype(F)  #@ low-precision-update, master-downcast


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"w": lin.kernel[...], "b": lin.bias[...]}
    g = {"w": 0.0, "b": 0.0}
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        d = jax.grad(loss_fn)(p, xb, yb)
        g = {k: g[k] + d[k] for k in g}
    p = {k: apply(p[k], g[k] / micro_batches, lr) for k in p}
    return loss_fn(p, x, y).astype(F).reshape(1)
