# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], param_dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))  #@ master-downcast
    graphdef, state = nnx.split(layer)
    params = jax.tree.map(lambda p: p.astype(jnp.float32), state)  #@ master-downcast

    def loss(p, xb, yb):
        p, xb, yb = jax.tree.map(lambda t: t.astype(jnp.bfloat16), (p, xb, yb))
        return jnp.mean((nnx.merge(graphdef, p)(xb) - yb) ** 2)

    acc = jax.tree.map(jnp.zeros_like, params)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        acc = jax.tree.map(jnp.add, acc, jax.grad(loss)(params, xb, yb))
    params = jax.tree.map(lambda p, g: p - lr * g / micro_batches, params, acc)
    return loss(params, x, y).astype(jnp.float32).reshape(1)
