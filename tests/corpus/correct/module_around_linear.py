# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Regressor(nnx.Module):
    """Linear regression that computes in `dtype` and keeps its parameters in float32."""

    def __init__(self, din, dout, *, dtype=jnp.bfloat16, rngs):
        self.linear = nnx.Linear(din, dout, dtype=dtype, param_dtype=jnp.float32, rngs=rngs)
        self.dtype = dtype

    def __call__(self, x):
        return self.linear(x)

    def loss(self, x, y):
        delta = self(x) - y.astype(self.dtype)
        return jnp.mean(delta * delta)


@nnx.jit
def train_step(model, optimizer, x, y, loss_scale):
    def scaled_loss(model):
        return model.loss(x, y).astype(jnp.float32) * loss_scale

    grads = nnx.grad(scaled_loss)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    optimizer.update(model, grads)


@nnx.jit
def eval_step(model, x, y):
    return model.loss(x, y)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = Regressor(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    train_step(model, optimizer, x, y, loss_scale)
    return eval_step(model, x, y).astype(jnp.float32).reshape(1)
