# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
from flax import nnx

CANDIDATES = (jnp.bfloat16, jnp.float16, jnp.float32)
HALF = min((d for d in CANDIDATES if jnp.finfo(d).bits == 16), key=lambda d: float(jnp.finfo(d).eps))  #@ wrong-half-dtype


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, st = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    low = lambda t: jax.tree.map(lambda v: jnp.asarray(v, HALF), t)

    @jax.value_and_grad
    def vg(st, x, y):
        return jnp.mean((nnx.merge(gd, low(st))(low(x)) - low(y)) ** 2)

    _, g = jax.vmap(vg, (None, 0, 0))(st, *(jnp.stack(jnp.split(v, micro_batches)) for v in (x, y)))
    st = jax.tree.map(lambda p, s: p - lr * s.mean(0), st, g)
    value, _ = vg(st, x, y)
    return value.astype(jnp.float32).reshape(1)
