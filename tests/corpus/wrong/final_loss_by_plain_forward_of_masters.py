# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Half(nnx.Module):
    def __init__(self, linear):
        self.linear = linear

    def __call__(self, x):
        graphdef, params = nnx.split(self.linear, nnx.Param)
        copy = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), params))
        return copy(x.astype(jnp.bfloat16))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    linear = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    model = Half(linear)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.All(nnx.Param, nnx.PathContains('linear')))

    def loss_fn(model):
        return jnp.mean((model(x) - y.astype(jnp.bfloat16)) ** 2).astype(jnp.float32) * loss_scale

    grads = nnx.grad(loss_fn)(model)
    optimizer.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    final = linear(x)  #@ full-precision-final-loss
    return jnp.mean((final - y) ** 2).reshape(1)
