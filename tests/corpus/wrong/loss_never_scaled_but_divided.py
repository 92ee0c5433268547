# expect: wrong_answer
# finding: missing-loss-scale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model):
        gd, st = nnx.split(model)
        half = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
        err = half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)
        return jnp.mean(err**2).astype(jnp.float32)

    loss, grads = nnx.value_and_grad(loss_fn)(model)  #@ missing-loss-scale
    scaled_loss = loss * loss_scale
    print("scaled:", scaled_loss)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    optimizer.update(model, grads)
    return loss_fn(model).reshape((1,))
