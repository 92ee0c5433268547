# expect: pitfall|wrong_answer
# finding: low-precision-loss-scale
# finding: full-precision-final-loss
import jax
import jax.numpy as jnp
from flax import nnx


def objective(p, x, y, s):
    h = {k: v.astype(jnp.bfloat16) for k, v in p.items()}
    loss = jnp.mean((jnp.matmul(x, h["w"]) + h["b"] - y) ** 2)
    loss *= s  #@ low-precision-loss-scale
    return loss.astype(jnp.float32)


def validate(p, x, y):
    out = jnp.matmul(x, p["w"]) + p["b"]  #@ full-precision-final-loss
    return jnp.mean(jnp.square(out - y))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    m = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    p = {"w": m.kernel[...], "b": m.bias[...]}
    xb, yb = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    g = jax.grad(objective)(p, xb, yb, loss_scale)
    p = {k: p[k] - lr * (g[k] / loss_scale) for k in p}
    return validate(p, xb, yb).reshape(1)  #@ full-precision-final-loss
