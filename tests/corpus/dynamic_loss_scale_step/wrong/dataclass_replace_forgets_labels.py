# expect: pitfall|wrong_answer
# finding: uncast-targets
from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
from flax import nnx


@dataclass(frozen=True)
class Batch:
    features: jax.Array
    labels: jax.Array

    def to_half(self):
        return replace(self, features=self.features.astype(jnp.float16))  #@ uncast-targets


@dataclass(frozen=True)
class LinearModel:
    w: jax.Array
    b: jax.Array

    def loss(self, batch):
        pred = batch.features @ self.w.astype(jnp.float16) + self.b.astype(jnp.float16)
        return jnp.mean(jnp.square(pred - batch.labels)).astype(jnp.float32)

    def grads(self, batch, scale):
        gw, gb = jax.grad(lambda w, b: LinearModel(w, b).loss(batch) * scale, argnums=(0, 1))(self.w, self.b)
        return LinearModel(gw / scale, gb / scale)

    @property
    def finite(self):
        return bool(jnp.isfinite(self.w).all() & jnp.isfinite(self.b).all())

    def descend(self, g, lr):
        return replace(self, w=self.w - lr * g.w, b=self.b - lr * g.b)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    model = LinearModel(lin.kernel[...], lin.bias[...])
    batch = Batch(jnp.asarray(x), jnp.asarray(y)).to_half()
    g = model.grads(batch, jnp.float32(loss_scale))
    if g.finite:
        model = model.descend(g, lr)
        grown = good_steps + 1 == growth_interval
        state = (min(loss_scale * 2, 2.0**24), 0) if grown else (loss_scale, good_steps + 1)
    else:
        state = max(loss_scale / 2, 1.0), 0
    return jnp.array([model.loss(batch), *state], jnp.float32)
