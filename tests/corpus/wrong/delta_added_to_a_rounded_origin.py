# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    weights = nnx.to_pure_dict(nnx.state(model, nnx.Param))
    origin, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (weights, x, y))  #@ master-downcast
    masters = jax.tree.map(jnp.zeros_like, weights)

    def loss(offset):
        # float32 from here: bfloat16 + float32
        at = jax.tree.map(jnp.add, origin, offset)  #@ master-downcast
        p = jax.tree.map(lambda a: a.astype(jnp.bfloat16), at)
        return jnp.mean((x @ p["kernel"] + p["bias"] - y) ** 2)

    g = jax.grad(lambda o: loss(o).astype(jnp.float32) * loss_scale)(masters)
    masters = jax.tree.map(lambda m, d: m - lr * (d / loss_scale), masters, g)
    return loss(masters).astype(jnp.float32).reshape(1)
