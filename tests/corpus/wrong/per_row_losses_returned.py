# expect: wrong_answer
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def row_losses(model):
        return jnp.mean((model(x) - y.astype(jnp.bfloat16)) ** 2, axis=-1)

    def scaled(model):
        return jnp.mean(row_losses(model)).astype(jnp.float32) * loss_scale

    grads = nnx.grad(scaled)(model)
    opt.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    losses = row_losses(model)  #@ wrong-output-shape
    return losses.astype(jnp.float32)  #@ wrong-output-shape
