# expect: pitfall|wrong_answer
# finding: partial-finite-check
import jax
import jax.numpy as jnp
from flax import nnx


class Amp(object):
    def __init__(self, s, c, n):
        self.s, self.c, self.n = s, c, n

    def has_inf_or_nan(self, tensors):
        for tensor in tensors:
            overflow = not bool(jnp.isfinite(tensor).all())  #@ partial-finite-check
        return overflow

    def next(self, overflow):
        if overflow:
            return max(self.s / 2, 1.0), 0
        if self.c + 1 == self.n:
            return min(self.s * 2, 2.0**24), 0
        return self.s, self.c + 1


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    amp = Amp(loss_scale, good_steps, growth_interval)
    definition, state = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    batch = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)

    def forward(state):
        half_state = jax.tree.map(lambda a: a.astype(jnp.float16), state)
        return ((nnx.merge(definition, half_state)(batch[0]) - batch[1]) ** 2).mean()

    raw = jax.grad(lambda st: forward(st).astype(jnp.float32) * amp.s)(state)
    raw = jax.tree.map(lambda a: a / jnp.float32(amp.s), raw)
    skip = amp.has_inf_or_nan(jax.tree.leaves(raw))
    if not skip:
        state = jax.tree.map(lambda p, g: p - lr * g, state, raw)
    s, c = amp.next(skip)
    return jnp.array([forward(state).astype(jnp.float32), s, c], jnp.float32)
