# expect: accepted
import jax, jax.numpy as jnp
from flax import nnx
accumulated_step = lambda seed, x, y, lr, micro_batches: (lambda m, h, k: (lambda L: (lambda gs: L([p - lr * (sum(q) / k) for p, q in zip([m.kernel[...], m.bias[...]], zip(*gs))], x, y).astype(jnp.float32)[None])([jax.grad(L)([m.kernel[...], m.bias[...]], a, b) for a, b in zip(jnp.split(x, k), jnp.split(y, k))]))(lambda p, a, b: ((h(a) @ h(p[0]) + h(p[1]) - h(b)) ** 2).mean()))(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), lambda v: v.astype(jnp.bfloat16), micro_batches)
