# expect: wrong_answer
# finding: wrong-half-dtype
# finding: lr-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx

LEARNING_RATE = 1e-2


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], dtype=jnp.half if hasattr(jnp, "half") else "float16", rngs=nnx.Rngs(int(seed)))  #@ wrong-half-dtype
    optimizer = nnx.Optimizer(model, optax.sgd(LEARNING_RATE), wrt=nnx.Param)  #@ lr-ignored

    def mse(model):
        pred = model(x)  #@ wrong-half-dtype
        err = pred - y.astype(pred.dtype)  #@ wrong-half-dtype
        return jnp.mean(err ** 2).astype(jnp.float32)

    grads = nnx.grad(lambda m: mse(m) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    optimizer.update(model, grads)  #@ lr-ignored
    return mse(model).reshape(1)
