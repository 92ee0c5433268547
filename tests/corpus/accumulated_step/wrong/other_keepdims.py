# expect: wrong_answer|pitfall
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
from flax import nnx


def squares(params, inputs, targets):
    w, b = (p.astype(jnp.bfloat16) for p in params)
    out = inputs.astype(jnp.bfloat16) @ w + b
    return jnp.square(out - targets.astype(jnp.bfloat16))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]

    def gradient(xb, yb):
        value, pullback = jax.vjp(lambda *p: squares(p, xb, yb).mean(), *params)
        return pullback(jnp.ones((), value.dtype))

    sums = [jnp.zeros_like(p) for p in params]
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        sums = [s + g for s, g in zip(sums, gradient(xb, yb))]

    params = [p - lr * (s / micro_batches) for p, s in zip(params, sums)]
    loss = jnp.mean(squares(params, x, y), keepdims=True)  #@ wrong-output-shape
    return loss.astype(jnp.float32)  #@ wrong-output-shape
