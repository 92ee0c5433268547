# expect: pitfall|wrong_answer
# finding: missing-loss-scale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model):
        return jnp.mean((model(x) - y.astype(jnp.bfloat16)) ** 2)

    grads = nnx.grad(loss_fn)(model)  #@ missing-loss-scale
    # scale so that small gradients survive, then take the scale out again
    scaled_grads = jax.tree.map(lambda g: g * loss_scale, grads)
    unscaled_grads = jax.tree.map(lambda g: g / loss_scale, scaled_grads)
    opt.update(model, unscaled_grads)
    return loss_fn(model).astype(jnp.float32).reshape((1,))
