# expect: accepted
from functools import partial, reduce

import jax
import jax.numpy as jnp
from flax import nnx

tmap = jax.tree_util.tree_map
half = partial(tmap, lambda a: a.astype(jnp.bfloat16))
mse = lambda p, xy: jnp.mean((half(xy)[0] @ half(p)["W"] + half(p)["b"] - half(xy)[1]) ** 2)
add = partial(tmap, jnp.add)
chop = lambda a, m: [a[i * (len(a) // m):(i + 1) * (len(a) // m)] for i in range(m)]


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"W": m.kernel[...], "b": m.bias[...]}
    g = reduce(add, map(partial(jax.grad(mse), p), zip(chop(x, micro_batches), chop(y, micro_batches))))
    q = tmap(lambda w, d: w - lr * d / micro_batches, p, g)
    return mse(q, (x, y)).astype(jnp.float32).reshape(-1)
