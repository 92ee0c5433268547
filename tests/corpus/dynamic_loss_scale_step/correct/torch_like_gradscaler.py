# expect: accepted
"""I come from torch.cuda.amp, so here is a GradScaler."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class GradScaler:
    def __init__(self, init_scale, growth_factor=2.0, backoff_factor=0.5, growth_interval=2000, growth_tracker=0):
        self._scale = init_scale
        self._growth_factor = growth_factor
        self._backoff_factor = backoff_factor
        self._growth_interval = growth_interval
        self._growth_tracker = growth_tracker
        self._found_inf = None

    def scale(self, loss):
        return loss.astype(jnp.float32) * self._scale

    def unscale_(self, grads):
        grads = jax.tree.map(lambda g: g.astype(jnp.float32) * (1.0 / self._scale), grads)
        self._found_inf = any(not jnp.isfinite(g).all() for g in jax.tree.leaves(grads))
        return grads

    def step(self, optimizer, model, grads):
        assert self._found_inf is not None, "unscale_ first"
        if not self._found_inf:
            optimizer.update(model, grads)

    def update(self):
        if self._found_inf:
            self._scale = max(self._scale * self._backoff_factor, 1.0)
            self._growth_tracker = 0
        else:
            self._growth_tracker += 1
            if self._growth_tracker == self._growth_interval:
                self._scale = min(self._scale * self._growth_factor, 16777216.0)
                self._growth_tracker = 0

    def get_scale(self):
        return self._scale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(net, optax.sgd(lr), wrt=nnx.Param)
    scaler = GradScaler(loss_scale, growth_interval=growth_interval, growth_tracker=good_steps)

    x = x.astype("float16")
    y = y.astype("float16")

    def criterion(net):
        return ((net(x) - y) ** 2).mean()

    grads = nnx.grad(lambda n: scaler.scale(criterion(n)))(net)
    grads = scaler.unscale_(grads)
    scaler.step(optimizer, net, grads)
    scaler.update()

    return jnp.asarray([float(criterion(net)), scaler.get_scale(), scaler._growth_tracker], dtype=jnp.float32)
