# expect: accepted|wrong_answer
# finding: full-precision-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    y16 = y.astype(jnp.bfloat16)

    def loss_fn(model):
        err = model(x) - y16
        # the mean is taken in fp32 and rounded at the end
        return jnp.mean(jnp.square(err.astype(jnp.float32))).astype(jnp.bfloat16)  #@ full-precision-loss

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    opt.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    return loss_fn(model).astype(jnp.float32).reshape((1,))
