# expect: pitfall|wrong_answer
# finding: unchecked-overflow
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Learner:
    def __init__(self, din, dout, seed, lr):
        self.model = nnx.Linear(din, dout, rngs=nnx.Rngs(seed))
        tx = optax.apply_if_finite(optax.sgd(lr), max_consecutive_errors=0)  #@ unchecked-overflow
        self.opt = nnx.Optimizer(self.model, tx, wrt=nnx.Param)

    def loss(self, m, xh, yh):
        g, s = nnx.split(m)
        m16 = nnx.merge(g, jax.tree.map(lambda t: t.astype(jnp.float16), s))
        return optax.squared_error(m16(xh), yh).mean()

    def learn(self, xh, yh, scale):
        grads = nnx.grad(lambda m: self.loss(m, xh, yh).astype(jnp.float32) * scale)(self.model)
        self.opt.update(self.model, jax.tree.map(lambda t: t / scale, grads))
        return bool(self.opt.opt_state.last_finite[...])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    learner = Learner(x.shape[1], y.shape[1], int(seed), lr)
    xh, yh = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)
    ok = learner.learn(xh, yh, jnp.float32(loss_scale))
    good_steps = good_steps + 1 if ok else 0
    if not ok:
        loss_scale = max(1.0, loss_scale / 2)
    elif good_steps == growth_interval:
        loss_scale, good_steps = min(2.0**24, loss_scale * 2), 0
    return jnp.array([learner.loss(learner.model, xh, yh), loss_scale, good_steps], dtype=jnp.float32)
