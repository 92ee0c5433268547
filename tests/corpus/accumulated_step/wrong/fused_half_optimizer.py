# expect: pitfall|wrong_answer
# finding: low-precision-update|low-precision-grads|master-downcast
import jax
import jax.numpy as jnp
from flax import nnx


class FusedSGD:
    def __init__(self, lr, math_dtype=jnp.bfloat16):  #@ low-precision-grads, low-precision-update, master-downcast
        self.lr = lr
        self.math_dtype = math_dtype

    def apply(self, params, grads):
        def upd(p, g):
            p, g = p.astype(self.math_dtype), g.astype(self.math_dtype)  #@ low-precision-grads, low-precision-update, master-downcast
            return (p - self.lr * g).astype(jnp.float32)  #@ low-precision-grads, low-precision-update, master-downcast
        return jax.tree.map(upd, params, grads)


def accumulated_step(seed, x, y, lr, micro_batches):
    graph, params, = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    cast = lambda t: jax.tree.map(lambda v: v.astype(jnp.bfloat16), t)

    def risk(params, z):
        params, (a, b) = cast(params), cast(z)
        return jnp.mean((nnx.merge(graph, params)(a) - b) ** 2)

    zs = [z for z in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    G = jax.grad(risk)(params, zs[0])
    for z in zs[1:]:
        G = jax.tree.map(jnp.add, G, jax.grad(risk)(params, z))
    G = jax.tree.map(lambda g: g / micro_batches, G)
    params = FusedSGD(lr).apply(params, G)
    return risk(params, (x, y)).astype(jnp.float32)[None]
