# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def to_half_(module):
    """Like module.half() of torch, in place."""
    for _, param in nnx.iter_graph(module):
        if isinstance(param, nnx.Param):
            param.set_value(param[...].astype(jnp.bfloat16))  #@ master-downcast
    return module


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = to_half_(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))  #@ master-downcast
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    mse = lambda m: jnp.mean((m(x) - y) ** 2)
    grads = nnx.grad(lambda m: mse(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    opt.update(model, grads)
    return mse(model).astype(jnp.float32).reshape((1,))
