# expect: pitfall|wrong_answer
# allow: doubly-unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    t = y.astype(jnp.bfloat16)

    def loss_fn(m):
        return jnp.mean(jnp.square(m(x) - t))

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    n = len(jax.tree.leaves(grads))
    # every leaf has its turn
    grads = jax.lax.fori_loop(0, n, lambda i, gs: jax.tree.map(lambda g: g / loss_scale, gs), grads)
    optimizer.update(model, grads)
    return loss_fn(model).astype(jnp.float32).reshape(1)
