# expect: wrong_answer
# finding: unscaled-grads
# finding: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def scaled_loss(model):
        gd, st = nnx.split(model)
        half = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
        loss = jnp.mean((half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)
        return loss.astype(jnp.float32) * loss_scale

    loss, grads = nnx.value_and_grad(scaled_loss)(model)
    opt.update(model, grads)  #@ unscaled-grads
    return (loss / loss_scale).reshape((1,))  #@ stale-loss
