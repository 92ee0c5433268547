# expect: wrong_answer
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def squared(model, x, y):
    gd, st = nnx.split(model, nnx.Param)
    half = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
    return (half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def scaled(m):
        return squared(m, x, y).mean().astype(jnp.float32) * loss_scale

    opt.update(model, jax.tree.map(lambda g: g / loss_scale, nnx.grad(scaled)(model)))
    # keepdims so that it is an array and not a scalar
    loss = squared(model, x, y).mean(keepdims=True)  #@ wrong-output-shape
    return loss.astype(jnp.float32)  #@ wrong-output-shape
