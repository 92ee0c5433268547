# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


class ScaleVar(nnx.Variable):
    pass


class Trainer(nnx.Module):
    def __init__(self, model, lr, scale, good, interval):
        self.model = model
        self.lr = ScaleVar(jnp.float32(lr))
        self.scale = ScaleVar(jnp.float32(scale))
        self.good = ScaleVar(jnp.int32(good))
        self.interval = ScaleVar(jnp.int32(interval))

    def loss(self, model, xh, yh):
        pred = jax.lax.dot_general(xh, model.kernel[...].astype(xh.dtype), (((1,), (0,)), ((), ())))
        err = pred + model.bias[...].astype(xh.dtype) - yh
        return jnp.mean(jnp.multiply(err, err))

    @nnx.jit
    def fit(self, xh, yh):
        s = self.scale[...]
        g = nnx.grad(lambda m: self.loss(m, xh, yh).astype(jnp.float32) * s)(self.model)
        gk, gb = (g[n][...].astype(jnp.float32) / s for n in ('kernel', 'bias'))
        ok = jnp.logical_and(jnp.isfinite(gk).all(), jnp.isfinite(gb).all())
        for var, grad in ((self.model.kernel, gk), (self.model.bias, gb)):
            var[...] = jnp.where(ok, var[...] - self.lr[...] * grad, var[...])
        self.good[...] = jnp.where(ok, self.good[...] + 1, 0)
        full = self.good[...] == self.interval[...]
        self.scale[...] = jnp.select([~ok, full], [jnp.maximum(s * 0.5, 1.0), jnp.minimum(s * 2.0, 2.0 ** 24)], s)
        self.good[...] = jnp.where(full, 0, self.good[...])
        return self.loss(self.model, xh, yh)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    t = Trainer(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))),
                lr, loss_scale, good_steps, growth_interval)
    loss = t.fit(jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16))
    return jnp.stack([v.astype(jnp.float32) for v in (loss, t.scale[...], t.good[...])])
