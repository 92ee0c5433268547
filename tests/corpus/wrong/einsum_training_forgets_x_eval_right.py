# expect: pitfall|wrong_answer
# finding: uncast-inputs
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    p = {"k": lin.kernel[...], "b": lin.bias[...]}
    y16 = y.astype(jnp.bfloat16)

    def predict(p, inputs):
        k, b = p["k"].astype(jnp.bfloat16), p["b"].astype(jnp.bfloat16)
        return (jnp.einsum("bi,ij->bj", inputs, k) + b).astype(jnp.bfloat16)

    def train_loss(p):
        out = predict(p, x)  #@ uncast-inputs
        return jnp.mean((out - y16) ** 2).astype(jnp.float32) * loss_scale

    g = jax.grad(train_loss)(p)
    p = {n: p[n] - lr * (g[n] / loss_scale) for n in p}
    x16 = x.astype(jnp.bfloat16)
    return jnp.mean((predict(p, x16) - y16) ** 2).astype(jnp.float32).reshape(1)
