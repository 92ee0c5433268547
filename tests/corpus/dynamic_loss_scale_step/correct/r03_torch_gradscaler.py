# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class GradScaler:
    """Modelled on torch.amp.GradScaler."""

    def __init__(self, init_scale, growth_interval, growth_tracker=0,
                 growth_factor=2.0, backoff_factor=0.5, lo=1.0, hi=float(2**24)):
        self._scale = init_scale
        self._growth_interval = growth_interval
        self._growth_tracker = growth_tracker
        self._growth_factor = growth_factor
        self._backoff_factor = backoff_factor
        self._lo, self._hi = lo, hi
        self._found_inf = None

    def scale(self, loss):
        return loss.astype(jnp.float32) * self._scale

    def unscale_(self, grads):
        out = jax.tree.map(lambda g: g.astype(jnp.float32) / self._scale, grads)
        self._found_inf = any(not bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(out))
        return out

    def step(self, optimizer, model, grads):
        if self._found_inf:
            return
        optimizer.update(model, grads)

    def update(self):
        if self._found_inf:
            self._scale = max(self._scale * self._backoff_factor, self._lo)
            self._growth_tracker = 0
            return
        self._growth_tracker += 1
        if self._growth_tracker == self._growth_interval:
            self._scale = min(self._scale * self._growth_factor, self._hi)
            self._growth_tracker = 0

    def get_scale(self):
        return self._scale

    def state_dict(self):
        return {"scale": self._scale, "_growth_tracker": self._growth_tracker}


class MSELoss:
    def __call__(self, input, target):
        return ((input - target) ** 2).mean()


def autocast(model):
    gd, st = nnx.split(model)
    return nnx.merge(gd, jax.tree.map(lambda t: t.astype(jnp.float16), st))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(net, optax.sgd(lr), wrt=nnx.Param)
    criterion = MSELoss()
    scaler = GradScaler(loss_scale, growth_interval, growth_tracker=good_steps)
    inputs, targets = jnp.float16(x), jnp.float16(y)

    grads = nnx.grad(lambda m: scaler.scale(criterion(m(inputs), targets)))(autocast(net))
    grads = scaler.unscale_(grads)
    scaler.step(opt, net, grads)
    scaler.update()

    loss = criterion(autocast(net)(inputs), targets)
    sd = scaler.state_dict()
    return jnp.asarray([loss.astype(jnp.float32), sd["scale"], sd["_growth_tracker"]], jnp.float32)
