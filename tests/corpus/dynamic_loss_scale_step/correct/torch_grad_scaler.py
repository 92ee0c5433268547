# expect: accepted
"""I know this from torch.cuda.amp, so here is a GradScaler."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class GradScaler:
    def __init__(self, init_scale, growth_interval, growth_tracker=0, growth_factor=2.0, backoff_factor=0.5):
        self._scale = float(init_scale)
        self._growth_interval = growth_interval
        self._growth_tracker = growth_tracker
        self._growth_factor = growth_factor
        self._backoff_factor = backoff_factor
        self._found_inf = False

    def scale(self, loss):
        return loss.astype(jnp.float32) * self._scale

    def unscale_(self, grads):
        self._found_inf = any(not bool(jnp.all(jnp.isfinite(g))) for g in jax.tree_util.tree_leaves(grads))
        inv_scale = 1.0 / self._scale
        return jax.tree_util.tree_map(lambda g: jnp.asarray(g, jnp.float32) * inv_scale, grads)

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

    def get_scale(self):
        return self._scale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)), dtype=jnp.float16)
    opt = nnx.Optimizer(net, optax.sgd(learning_rate=lr), wrt=nnx.Param)
    scaler = GradScaler(loss_scale, growth_interval, growth_tracker=good_steps)
    inputs, labels = x.astype(jnp.float16), y.astype(jnp.float16)

    def criterion(net):
        return jnp.mean((net(inputs) - labels) ** 2)

    grads = nnx.grad(lambda net: scaler.scale(criterion(net)))(net)
    grads = scaler.unscale_(grads)
    scaler.step(opt, net, grads)
    scaler.update()

    loss = criterion(net).astype(jnp.float32)
    return jnp.array([loss, scaler.get_scale(), scaler._growth_tracker], jnp.float32)
