# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@nnx.jit
def train(model, optimizer, x, y, loss_scale):
    @nnx.grad
    def gradient(model):
        gd, st = nnx.split(model)
        half = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
        loss = jnp.mean((half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)
        return loss.astype(jnp.float32) * loss_scale

    grads = jax.tree.map(lambda g: g / loss_scale, gradient(model))
    optimizer.update(model, grads)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    train(model, optimizer, x, y, loss_scale)
    final = jnp.mean((model(x) - y) ** 2)  #@ full-precision-final-loss
    return final.reshape((1,))  #@ full-precision-final-loss
