# expect: pitfall|wrong_answer
# finding: low-precision-accumulator|low-precision-grads
import jax, jax.numpy as jnp
from flax import nnx
def accumulated_step(seed, x, y, lr, micro_batches):
    gd, st = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    lo = lambda t: jax.tree.map(lambda l: jnp.asarray(l, "bfloat16"), t)
    hi = lambda t: jax.tree.map(lambda l: jnp.asarray(l, "float32"), t)
    E = lambda c, a, b: jnp.mean((nnx.merge(gd, c)(a) - b) ** 2)
    X, Y = lo((x, y))
    fold = lambda a: jnp.stack(jnp.vsplit(a, micro_batches))
    G = jax.vmap(jax.grad(E), (None, 0, 0))(lo(st), fold(X), fold(Y))
    M = hi(jax.tree.map(lambda g: jnp.mean(g, 0), G))  #@ low-precision-accumulator, low-precision-grads
    N = jax.tree.map(lambda p, g: p - lr * g, st, M)
    return hi(E(lo(N), X, Y))[None]
