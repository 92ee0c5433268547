# expect: pitfall|wrong_answer
# finding: missing-loss-scale
# finding: master-downcast
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], param_dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))  #@ master-downcast
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x = x.astype(jnp.bfloat16)
    y = y.astype(jnp.bfloat16)

    def loss_fn(model):
        return jnp.mean((model(x) - y) ** 2)

    grads = nnx.grad(loss_fn)(model)  #@ missing-loss-scale
    grads = jax.tree.map(lambda g: g.astype(jnp.float32), grads)
    opt.update(model, grads)
    return loss_fn(model).astype(jnp.float32).reshape((1,))
