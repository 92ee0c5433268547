# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class ScaleState(nnx.Variable):
    pass


class DynamicScale(nnx.Module):
    def __init__(self, scale, count, interval):
        self.scale = ScaleState(jnp.asarray(scale, jnp.float32))
        self.count = ScaleState(jnp.asarray(count, jnp.int32))
        self.interval = interval

    def __call__(self, loss):
        return loss.astype(jnp.float32) * self.scale[...]

    def undo(self, grads):
        return jax.tree.map(lambda g: g.astype(jnp.float32) / self.scale[...], grads)

    def advance(self, finite):
        s, c = self.scale[...], self.count[...] + 1
        reached = c >= self.interval
        self.scale[...] = jnp.select(
            [~finite, reached], [jnp.maximum(s * 0.5, 1.0), jnp.minimum(s * 2.0, 2.0**24)], s
        )
        self.count[...] = jnp.select([~finite, reached], [0, 0], c)


class HalfLinear(nnx.Module):
    def __init__(self, d_in, d_out, *, rngs):
        self.inner = nnx.Linear(d_in, d_out, rngs=rngs)

    def __call__(self, x):
        w = self.inner.kernel[...].astype(jnp.float16)
        b = self.inner.bias[...].astype(jnp.float16)
        return x @ w + b

    def loss(self, x, y):
        return jnp.mean((self(x) - y) ** 2)


@nnx.jit
def train_step(model, optimizer, scaler, x, y):
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)
    grads = nnx.grad(lambda m: scaler(m.loss(x, y)))(model)
    grads = scaler.undo(grads)
    finite = jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()
    grads = jax.tree.map(lambda g: jnp.where(finite, g, 0.0), grads)
    optimizer.update(model, grads)
    scaler.advance(finite)
    return model.loss(x, y).astype(jnp.float32)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = HalfLinear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    scaler = DynamicScale(loss_scale, good_steps, growth_interval)
    loss = train_step(model, optimizer, scaler, jnp.asarray(x), jnp.asarray(y))
    return jnp.stack([loss, scaler.scale[...], scaler.count[...].astype(jnp.float32)])
