# expect: accepted
# allow: full-precision-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def predict(model, x):
    graphdef, params = nnx.split(model, nnx.Param)
    params = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    return nnx.merge(graphdef, params)(x.astype(jnp.bfloat16))


def train_loss(model, x, y, scale):
    pred = predict(model, x).astype(jnp.float32)
    target = y.astype(jnp.bfloat16).astype(jnp.float32)
    return jnp.mean((pred - target) ** 2) * scale


def report(model, x, y):
    return jnp.mean((predict(model, x) - y.astype(jnp.bfloat16)) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    grads = nnx.grad(train_loss)(model, x, y, loss_scale)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param).update(model, grads)
    return report(model, x, y).astype(jnp.float32).reshape(1)
