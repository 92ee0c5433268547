# expect: wrong_answer
# finding: stale-loss
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model):
        loss = jnp.mean((model(x) - y.astype(jnp.bfloat16)) ** 2).astype(jnp.float32)
        return loss * loss_scale, loss

    (_, loss), grads = nnx.value_and_grad(loss_fn, has_aux=True)(model)
    opt.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    return loss  #@ stale-loss, wrong-output-shape
