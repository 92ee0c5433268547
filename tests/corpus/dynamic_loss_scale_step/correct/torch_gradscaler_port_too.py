# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class GradScaler:
    def __init__(self, init_scale, growth_interval, growth_tracker=0,
                 growth_factor=2.0, backoff_factor=0.5):
        self._scale = float(init_scale)
        self._growth_interval = growth_interval
        self._growth_tracker = growth_tracker
        self._growth_factor = growth_factor
        self._backoff_factor = backoff_factor
        self._found_inf = False

    def scale(self, loss):
        return loss * jnp.float32(self._scale)

    def unscale_(self, grads):
        def one(g):
            g = jnp.asarray(g, jnp.float32) / jnp.float32(self._scale)
            if not bool(jnp.isfinite(g).all()):
                self._found_inf = True
            return g
        return jax.tree.map(one, grads)

    def step(self, optimizer, model, grads):
        if self._found_inf:
            return None
        return optimizer.update(model, grads)

    def update(self):
        if self._found_inf:
            self._scale = max(1.0, self._scale * self._backoff_factor)
            self._growth_tracker = 0
        else:
            self._growth_tracker += 1
            if self._growth_tracker == self._growth_interval:
                self._scale = min(2.0 ** 24, self._scale * self._growth_factor)
                self._growth_tracker = 0
        self._found_inf = False


def mse_loss(net, xb, yb):
    graph, state = nnx.split(net)
    half = nnx.merge(graph, jax.tree.map(lambda t: t.astype(jnp.float16), state))
    out = half(xb)
    return jnp.mean(jnp.square(out - yb))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(net, optax.sgd(lr), wrt=nnx.Param)
    scaler = GradScaler(loss_scale, growth_interval, good_steps)
    xb = jnp.asarray(x, jnp.float16)
    yb = jnp.asarray(y, jnp.float16)

    # optimizer.zero_grad()  -- not needed in jax
    grads = nnx.grad(lambda m: scaler.scale(mse_loss(m, xb, yb).astype(jnp.float32)))(net)
    grads = scaler.unscale_(grads)
    scaler.step(opt, net, grads)
    scaler.update()
    final = mse_loss(net, xb, yb)
    return jnp.stack([jnp.float32(final), jnp.float32(scaler._scale),
                      jnp.float32(scaler._growth_tracker)])
