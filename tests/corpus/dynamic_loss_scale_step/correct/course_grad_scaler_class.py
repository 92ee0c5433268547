# expect: accepted
# I come from PyTorch, so here is torch.cuda.amp.GradScaler in small.
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class GradScaler:
    def __init__(self, init_scale, growth_tracker, growth_interval, growth_factor=2.0, backoff_factor=0.5):
        self._scale = init_scale
        self._growth_tracker = growth_tracker
        self._growth_interval = growth_interval
        self._growth_factor = growth_factor
        self._backoff_factor = backoff_factor
        self._found_inf = False

    def scale(self, loss):
        return loss.astype(jnp.float32) * self._scale

    def unscale_(self, grads):
        inv = 1.0 / self._scale
        grads = jax.tree.map(lambda g: g.astype(jnp.float32) * inv, grads)
        self._found_inf = any(not bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
        return grads

    def step(self, optimizer, model, grads):
        if not self._found_inf:
            optimizer.update(model, grads)

    def update(self):
        if self._found_inf:
            self._scale = max(self._scale * self._backoff_factor, 1.0)
            self._growth_tracker = 0
            return
        self._growth_tracker += 1
        if self._growth_tracker == self._growth_interval:
            self._scale = min(self._scale * self._growth_factor, 2.0**24)
            self._growth_tracker = 0

    def state(self):
        return self._scale, self._growth_tracker


def half(t):
    return t.astype(jnp.float16)


def criterion(model, x, y):
    return ((half(x) @ half(model.kernel[...]) + half(model.bias[...]) - half(y)) ** 2).mean()


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(net, optax.sgd(lr), wrt=nnx.Param)
    scaler = GradScaler(loss_scale, good_steps, growth_interval)

    grads = nnx.grad(lambda m: scaler.scale(criterion(m, x, y)))(net)
    grads = scaler.unscale_(grads)
    scaler.step(opt, net, grads)
    scaler.update()

    s, n = scaler.state()
    return jnp.array([float(criterion(net, x, y)), s, float(n)], dtype=jnp.float32)
