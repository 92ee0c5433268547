# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
# allow: low-precision-grads
import jax, jax.numpy as jnp
from flax import nnx

f = lambda w, b, x, y: jnp.mean((x @ w + b - y) ** 2)
df = jax.grad(f, (0, 1))
bf = lambda *a: tuple(v.astype(jnp.bfloat16) for v in a)


def accumulated_step(seed, x, y, lr, micro_batches):
    l = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = l.kernel[...], l.bias[...]
    gs = [df(*bf(w, b, xi, yi)) for xi, yi in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    gw = sum(g[0] for g in gs).astype(jnp.float32) / micro_batches  #@ low-precision-accumulator
    gb = sum(g[1] for g in gs).astype(jnp.float32) / micro_batches  #@ low-precision-accumulator
    w, b = w - lr * gw, b - lr * gb
    return f(*bf(w, b, x, y)).astype(jnp.float32)[None]
