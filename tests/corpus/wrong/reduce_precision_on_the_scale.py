# expect: pitfall|wrong_answer
# finding: low-precision-loss-scale
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx


def as_bf16_value(v):
    return lax.reduce_precision(jnp.float32(v), 8, 7)  #@ low-precision-loss-scale


def forward(w, b, x):
    return lax.dot(x, w) + b


def mixed_precision_step(seed, x, y, lr, loss_scale):
    net = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    w, b = net.kernel[...], net.bias[...]
    xh, yh = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    scale = as_bf16_value(loss_scale)  #@ low-precision-loss-scale

    def mse(w, b):
        e = forward(w.astype(jnp.bfloat16), b.astype(jnp.bfloat16), xh) - yh
        return jnp.mean(e * e).astype(jnp.float32)

    dw, db = jax.grad(lambda w, b: mse(w, b) * scale, argnums=(0, 1))(w, b)
    w, b = w - lr * (dw / loss_scale), b - lr * (db / loss_scale)
    return mse(w, b).reshape(1)
