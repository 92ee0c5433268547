# expect: wrong_answer
# finding: lr-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lr = 1e-3  #@ lr-ignored
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)  #@ lr-ignored

    def loss_fn(m):
        gd, st = nnx.split(m)
        half = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
        return jnp.mean((half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    optimizer.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    return loss_fn(model).astype(jnp.float32).reshape((1,))
