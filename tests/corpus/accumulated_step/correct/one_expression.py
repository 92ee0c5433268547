# expect: accepted
import jax, jax.numpy as jnp
from flax import nnx
h = lambda t: jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)
accumulated_step = lambda seed, x, y, lr, micro_batches: (lambda gp, xy, n: (lambda L: L(jax.tree.map(lambda p, *g: p - lr * (sum(g[1:], g[0]) / micro_batches), gp[1], *[jax.grad(L)(gp[1], *(t[i * n:i * n + n] for t in xy)) for i in range(micro_batches)]), *xy).astype(jnp.float32)[None])(lambda p, a, b: ((nnx.merge(gp[0], h(p))(a) - b) ** 2).mean()))(nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param), h((jnp.asarray(x), jnp.asarray(y))), x.shape[0] // micro_batches)
