# expect: accepted|wrong_answer
# finding: full-precision-loss
import jax
import jax.numpy as jnp
from flax import nnx

lo, hi = jnp.bfloat16, jnp.float32


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    x, y = x.astype(lo), y.astype(lo)

    def predict(p):
        return x @ p["w"].astype(lo) + p["b"].astype(lo)

    def train_loss(p):
        r = predict(p).astype(hi) - y.astype(hi)  #@ full-precision-loss
        return jnp.vdot(r, r) / r.size

    value, pull = jax.vjp(train_loss, params)
    (g,) = pull(jnp.asarray(loss_scale, hi))
    params = jax.tree.map(lambda p, d: p - lr * (d / loss_scale), params, g)
    e = predict(params) - y
    return jnp.mean(e * e).astype(hi).reshape((1,))
