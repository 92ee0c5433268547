# expect: accepted|wrong_answer
# finding: full-precision-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    y = y.astype(jnp.bfloat16)

    def train_loss(model):
        err = model(x).astype(jnp.float32) - y.astype(jnp.float32)  #@ full-precision-loss
        return jnp.mean(err**2) * loss_scale

    def eval_loss(model):
        return jnp.mean((model(x) - y) ** 2)

    grads = nnx.grad(train_loss)(model)
    opt.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    return eval_loss(model).astype(jnp.float32).reshape((1,))
