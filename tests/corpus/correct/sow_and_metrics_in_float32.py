# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Probe(nnx.Intermediate):
    ...


class Regressor(nnx.Module):
    def __init__(self, i, o, *, rngs):
        self.head = nnx.Linear(i, o, dtype=jnp.bfloat16, param_dtype=jnp.float32, rngs=rngs)
        self.seen = Probe(jnp.zeros(()))

    def __call__(self, x):
        out = self.head(x)
        exact = x @ self.head.kernel[...] + self.head.bias[...]
        # how much is lost by half precision; nobody trains on it
        self.seen[...] = jax.lax.stop_gradient(jnp.max(jnp.abs(exact - out)))
        return out


def criterion(model, x, y):
    out = model(x)
    return jnp.mean((out - y.astype(out.dtype)) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = Regressor(*x.shape[1:], *y.shape[1:], rngs=nnx.Rngs(params=int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    metrics = nnx.MultiMetric(loss=nnx.metrics.Average('loss'), gap=nnx.metrics.Average('gap'), scaled=nnx.metrics.Average('scaled'))

    def loss_fn(model):
        loss = criterion(model, x, y)
        return loss.astype(jnp.float32) * loss_scale, loss

    (big, loss), grads = nnx.value_and_grad(loss_fn, has_aux=True)(model)
    metrics.update(loss=loss, gap=model.seen[...], scaled=big)
    optimizer.update(model, jax.tree.map(lambda g: g / jnp.float32(loss_scale), grads))

    metrics.reset()      # the epoch before is over
    metrics.update(loss=criterion(model, x, y), gap=model.seen[...], scaled=big)
    return jnp.float32(metrics.compute()['loss']).reshape((1,))
