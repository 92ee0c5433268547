# expect: accepted
# Right: vmap over the gradients of the parts, whose float32 results are averaged over the part axis.
import jax, jax.numpy as jnp
from flax import nnx

h = lambda t: jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)

def L(p, x, y):
    p, x, y = h((p, x, y))
    return jnp.mean((x @ p['w'] + p['b'] - y) ** 2)

def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {'w': m.kernel[...], 'b': m.bias[...]}
    xs = x.reshape((micro_batches, -1) + x.shape[1:])
    ys = y.reshape((micro_batches, -1) + y.shape[1:])
    G = jax.vmap(jax.grad(L), (None, 0, 0))(p, xs, ys)
    p = {k: p[k] - lr * G[k].mean(0) for k in p}
    return L(p, x, y).astype(jnp.float32).reshape((1,))
