# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    y = y.astype(jnp.bfloat16)

    def loss_fn(model):
        return jnp.mean((model(x) - y) ** 2).astype(jnp.float32) * loss_scale

    opt.update(model, jax.tree.map(lambda g: g / loss_scale, nnx.grad(loss_fn)(model)))
    error = model(x) - y
    final = jnp.mean(error.astype(jnp.float32) ** 2)  #@ full-precision-final-loss
    return final.reshape((1,))
