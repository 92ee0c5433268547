# expect: wrong_answer
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, st = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    x, y = (lax.convert_element_type(v, jnp.bfloat16) for v in (jnp.asarray(x), jnp.asarray(y)))
    size = x.shape[0] // micro_batches

    def loss(st, a, b):
        c = jax.tree.map(lambda v: lax.convert_element_type(v, jnp.bfloat16), st)
        return jnp.mean(lax.square(nnx.merge(gd, c)(a) - b))

    def step(acc, i):
        a, b = (lax.dynamic_slice_in_dim(v, i, size) for v in (x, y))
        return jax.tree.map(lax.add, acc, jax.grad(loss)(st, a, b)), i

    acc, _ = lax.scan(step, jax.tree.map(jnp.zeros_like, st), jnp.arange(micro_batches))
    st = jax.tree.map(lambda p, a: p - lr * (a / micro_batches), st, acc)
    return lax.convert_element_type(loss(st, x, y), jnp.float32).reshape(1)
