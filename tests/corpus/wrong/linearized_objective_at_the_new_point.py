# expect: pitfall|wrong_answer
# finding: scaled-loss-returned
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    point = (lin.kernel[...], lin.bias[...])

    def objective(p):
        w, b, a, t = (v.astype(jnp.bfloat16) for v in (*p, x, y))
        return jnp.mean((a @ w + b - t) ** 2).astype(jnp.float32) * loss_scale

    _, jvp = jax.linearize(objective, point)
    (slope,) = jax.linear_transpose(jvp, point)(jnp.float32(1.0))
    point = jax.tree.map(lambda p, g: p - lr * (g / loss_scale), point, slope)
    value, _ = jax.linearize(objective, point)  #@ scaled-loss-returned
    return value.reshape(1)  #@ scaled-loss-returned
