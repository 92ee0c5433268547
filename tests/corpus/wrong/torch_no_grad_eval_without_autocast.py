# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
import jax, jax.numpy as jnp, optax
from flax import nnx


def autocasted(model):
    g, p = nnx.split(model, nnx.Param)
    return nnx.merge(g, jax.tree.map(lambda t: t.astype(jnp.bfloat16), p))


def train_one(model, optimizer, inputs, labels, scale):
    def f(model):
        out = autocasted(model)(inputs.astype(jnp.bfloat16))
        return jnp.mean((out - labels.astype(jnp.bfloat16)) ** 2).astype(jnp.float32) * scale
    grads = nnx.grad(f)(model)
    optimizer.update(model, jax.tree.map(lambda g: g / scale, grads))


def evaluate(model, inputs, labels):
    # no backward here, so no need of amp
    out = model(inputs)  #@ full-precision-final-loss
    return jnp.mean((out - labels) ** 2)  #@ full-precision-final-loss


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    train_one(model, optimizer, x, y, loss_scale)
    return evaluate(model, x, y).reshape(1)
