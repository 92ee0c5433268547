# expect: pitfall|wrong_answer
# finding: full-precision-forward
# allow: uncast-inputs
import jax
import jax.numpy as jnp
from flax import nnx


def q(a):
    """Rounds to float16, as in quantization-aware training."""
    return a.astype(jnp.float16).astype(jnp.float32)  #@ full-precision-forward


@jax.jit
def loss_fn(params, x, y):
    kernel, bias = map(q, params)  #@ full-precision-forward
    out = q(q(x) @ kernel + bias)
    sq = q(q(out - q(y)) ** 2)
    return jnp.mean(sq).astype(jnp.float16)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    grads = jax.grad(lambda p: loss_fn(p, x, y).astype(jnp.float32) * loss_scale)(params)
    grads = [g / loss_scale for g in grads]
    finite = sum(int(jnp.isfinite(g).all()) for g in grads) == len(grads)
    if finite:
        params = tuple(p - lr * g for p, g in zip(params, grads))
    s = loss_scale if finite else max(loss_scale / 2, 1.0)
    n = good_steps + 1 if finite else 0
    if n >= growth_interval:
        n, s = 0, min(s * 2, 2.0**24)
    return jnp.array([loss_fn(params, x, y).astype(jnp.float32), s, n], dtype=jnp.float32)
