# expect: pitfall|wrong_answer
# finding: scale-unbounded
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class AmpScaler:
    growth, backoff = 2.0, 0.5

    def __init__(self, scale, tracker, interval):
        self.s, self.t, self.i = jnp.float32(scale), tracker, interval

    def scale(self, loss):
        return loss.astype(jnp.float32) * self.s

    def unscale(self, grads):
        return jax.tree.map(lambda g: g.astype(jnp.float32) / self.s, grads)

    def update(self, found_inf):
        if found_inf:
            self.s = self.s * self.backoff  #@ scale-unbounded
            self.t = 0
        else:
            self.t += 1
            if self.t == self.i:
                self.s = self.s * self.growth  #@ scale-unbounded
                self.t = 0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, param_dtype=jnp.float32, rngs=nnx.Rngs(int(seed)))
    optim = nnx.Optimizer(net, optax.sgd(lr), wrt=nnx.Param)
    amp = AmpScaler(loss_scale, good_steps, growth_interval)
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def mse(net):
        return jnp.mean((net(x) - y) ** 2)

    grads = amp.unscale(nnx.grad(lambda n: amp.scale(mse(n)))(net))
    found_inf = not all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if not found_inf:
        optim.update(net, grads)
    amp.update(found_inf)
    return jnp.array([mse(net), amp.s, amp.t], dtype=jnp.float32)
