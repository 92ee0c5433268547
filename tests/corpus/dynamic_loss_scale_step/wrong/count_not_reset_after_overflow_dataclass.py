# expect: pitfall|wrong_answer
# finding: count-not-reset
import dataclasses
import jax, jax.numpy as jnp
from flax import nnx


@dataclasses.dataclass(frozen=True)
class AmpState:
    scale: float
    good: int

    def grow(self, interval):
        nxt = dataclasses.replace(self, good=self.good + 1)
        return AmpState(min(self.scale * 2, 2.0**24), 0) if nxt.good == interval else nxt

    def backoff(self):
        return dataclasses.replace(self, scale=max(self.scale / 2, 1.0))  #@ count-not-reset


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    amp = AmpState(loss_scale, good_steps)
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    x16, y16 = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)

    def loss_of(m):
        m16 = nnx.clone(m)
        nnx.update(m16, jax.tree.map(lambda a: a.astype(jnp.float16), nnx.state(m)))
        return jnp.mean((m16(x16) - y16) ** 2)

    grads = nnx.grad(lambda m: loss_of(m).astype(jnp.float32) * amp.scale)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / amp.scale, grads)
    if all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads)):
        nnx.update(model, jax.tree.map(lambda p, g: p - lr * g, nnx.state(model), grads))
        amp = amp.grow(growth_interval)
    else:
        amp = amp.backoff()
    return jnp.array([loss_of(model).astype(jnp.float32), *dataclasses.astuple(amp)], dtype=jnp.float32)
