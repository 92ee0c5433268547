# expect: wrong_answer
# finding: full-precision-loss
# finding: lr-ignored
import jax
import jax.numpy as jnp
from flax import nnx

RATE = 0.01


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    inputs, targets = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def predict(params):
        k, b = (p.astype(jnp.bfloat16) for p in params)
        return inputs @ k + b

    def objective(params):
        err = predict(params).astype(jnp.float32) - targets.astype(jnp.float32)  #@ full-precision-loss
        return jnp.mean(err * err) * loss_scale

    grads = jax.grad(objective)(params)
    params = jax.tree.map(lambda p, g: p - RATE * (g / loss_scale), params, grads)  #@ lr-ignored
    return jnp.mean((predict(params) - targets) ** 2).astype(jnp.float32).reshape((1,))
