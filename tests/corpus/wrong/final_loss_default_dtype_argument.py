# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
import jax
import jax.numpy as jnp
from flax import nnx


def predict(params, x):
    return x.astype(jnp.bfloat16) @ params[0].astype(jnp.bfloat16) + params[1].astype(jnp.bfloat16)


def mse(params, x, y, dtype=jnp.float32):
    pred = predict(params, x).astype(dtype)
    target = y.astype(jnp.bfloat16).astype(dtype)
    return jnp.mean((pred - target) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [m.kernel[...], m.bias[...]]

    def scaled(params):
        return mse(params, x, y, dtype=jnp.bfloat16).astype(jnp.float32) * loss_scale

    grads = [g.astype(jnp.float32) / loss_scale for g in jax.grad(scaled)(params)]
    params = [p - lr * g for p, g in zip(params, grads)]
    return mse(params, x, y).astype(jnp.float32).reshape(1)  #@ full-precision-final-loss
