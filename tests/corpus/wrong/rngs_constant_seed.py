# expect: wrong_answer
# finding: seed-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    rngs = nnx.Rngs(0)  #@ seed-ignored
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=rngs)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    xb, yb = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def loss_fn(m):
        gd, st = nnx.split(m)
        m16 = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
        return jnp.mean((m16(xb) - yb) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    optimizer.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    return loss_fn(model).astype(jnp.float32).reshape((1,))
