# expect: pitfall|wrong_answer
# finding: full-precision-forward
import jax
import jax.numpy as jnp
from flax import nnx

bf16 = jnp.bfloat16


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    x, y = x.astype(bf16), y.astype(bf16)

    def loss_fn(params, x, y):
        pred = (x @ params[0] + params[1]).astype(bf16)  #@ full-precision-forward
        return jnp.mean((pred - y) ** 2)

    def total(xs, ys):
        g = [jax.grad(loss_fn)(params, a, b) for a, b in zip(xs, ys)]  #@ full-precision-forward
        return [sum(t) for t in zip(*g)]

    grads = total(jnp.split(x, micro_batches), jnp.split(y, micro_batches))
    params = [p - lr * g / micro_batches for p, g in zip(params, grads)]
    half = [p.astype(bf16) for p in params]
    return loss_fn(half, x, y).astype(jnp.float32).reshape(1)
