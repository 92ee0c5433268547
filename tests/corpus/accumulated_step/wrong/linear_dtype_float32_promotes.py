# expect: pitfall|wrong_answer
# finding: full-precision-forward
import jax
import jax.numpy as jnp
from flax import nnx


def lower(tree, kind=jnp.bfloat16):
    leaves, how = jax.tree.flatten(tree)
    return jax.tree.unflatten(how, [jnp.asarray(l).astype(kind) for l in leaves])


def accumulated_step(seed, x, y, lr, micro_batches):
    net = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float32, rngs=nnx.Rngs(int(seed)))  #@ full-precision-forward
    plan, masters = nnx.split(net, nnx.Param)
    x, y = lower((x, y))

    def loss(masters, a, b):
        return jnp.mean((nnx.merge(plan, lower(masters))(a) - b) ** 2)

    def collect(i, acc):
        n = x.shape[0] // micro_batches
        a, b = (jax.lax.dynamic_slice_in_dim(v, n * i, n) for v in (x, y))
        return jax.tree.map(jnp.add, acc, jax.grad(loss)(masters, a, b))

    total = jax.lax.fori_loop(0, micro_batches, collect, jax.tree.map(jnp.zeros_like, masters))
    masters = jax.tree.map(lambda p, s: p - lr * (s / micro_batches), masters, total)
    return loss(masters, x, y).astype(jnp.float32)[None]
