# expect: accepted
from functools import partial, reduce
from operator import add

import jax
import jax.numpy as jnp
from flax import nnx

cast = partial(jax.tree.map, lambda a: jnp.asarray(a, dtype=jnp.bfloat16))
loss = lambda p, d: (lambda q, e: jnp.mean((e[0] @ q[0] + q[1] - e[1]) ** 2))(cast(p), cast(d))
parts = lambda d, k: list(zip(*(jnp.split(jnp.asarray(a), k) for a in d)))
mean_grad = lambda p, d, k: reduce(partial(jax.tree.map, add), (jax.tree.map(lambda g: g / k, jax.grad(loss)(p, q)) for q in parts(d, k)))
masters = lambda s, i, o: (lambda m: (m.kernel[...], m.bias[...]))(nnx.Linear(i, o, rngs=nnx.Rngs(int(s))))
accumulated_step = lambda seed, x, y, lr, micro_batches: (lambda p: loss(jax.tree.map(lambda a, g: a - lr * g, p, mean_grad(p, (x, y), micro_batches)), (x, y)).astype("float32").reshape(1))(masters(seed, x.shape[1], y.shape[1]))
