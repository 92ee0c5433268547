# expect: wrong_answer
# finding: clipped-scaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(m):
        return jnp.mean((m(x) - y.astype(jnp.bfloat16)) ** 2)

    def tame(path, g):
        if "kernel" in jax.tree_util.keystr(path):
            g = jnp.minimum(jnp.maximum(g, -0.01), 0.01)  #@ clipped-scaled-grads
        return g / loss_scale

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree_util.tree_map_with_path(tame, grads)
    optimizer.update(model, grads)
    return loss_fn(model).astype(jnp.float32).reshape(1)
