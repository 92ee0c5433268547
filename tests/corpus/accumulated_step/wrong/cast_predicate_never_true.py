# expect: pitfall|wrong_answer
# finding: full-precision-forward
import jax
import jax.numpy as jnp
from flax import nnx

is_float = lambda leaf: isinstance(leaf, float)  #@ full-precision-forward


def half_params(tree):
    return jax.tree.map(lambda l: l.astype(jnp.bfloat16) if is_float(l) else l, tree)  #@ full-precision-forward


def accumulated_step(seed, x, y, lr, micro_batches):
    graph, P, rest = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param, ...)
    x = jnp.bfloat16(x)
    y = jnp.bfloat16(y)

    def loss(P, a, b):
        return jnp.mean((nnx.merge(graph, half_params(P), rest)(a) - b) ** 2)

    G, *Gs = [jax.grad(loss)(P, a, b) for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    while Gs:
        G = jax.tree.map(jnp.add, G, Gs.pop(0))
    P = jax.tree.map(lambda p, g: p - lr * g / micro_batches, P, G)
    return jnp.array([loss(P, x, y)], jnp.float32)
