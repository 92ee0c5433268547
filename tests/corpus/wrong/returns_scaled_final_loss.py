# expect: wrong_answer
# finding: scaled-loss-returned
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def scaled_loss_fn(model):
        gd, st = nnx.split(model)
        model = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
        loss = jnp.mean((model(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)
        return loss.astype(jnp.float32) * loss_scale

    grads = nnx.grad(scaled_loss_fn)(model)
    optimizer.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    final_loss = scaled_loss_fn(model)  #@ scaled-loss-returned
    return final_loss.reshape((1,))  #@ scaled-loss-returned
