# expect: accepted
"""Port of torch.cuda.amp.GradScaler: scale() / unscale_() / step() / update()."""
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
        self._found_inf = None

    def scale(self, loss):
        return loss.astype(jnp.float32) * self._scale

    def unscale_(self, grads):
        self._found_inf = False
        unscaled = []
        for g in jax.tree.leaves(grads):
            g = g.astype(jnp.float32)
            self._found_inf |= bool(jnp.logical_not(jnp.isfinite(g)).any())
            unscaled.append(g / self._scale)
        return jax.tree.unflatten(jax.tree.structure(grads), unscaled)

    def step(self, optimizer, model, grads):
        if self._found_inf is None:
            raise RuntimeError("unscale_() must be called before step().")
        if not self._found_inf:
            optimizer.update(model, grads)

    def update(self):
        if self._found_inf:
            self._scale = max(self._scale * self._backoff_factor, 1.0)
            self._growth_tracker = 0
        else:
            successful = self._growth_tracker + 1
            if successful == self._growth_interval:
                self._scale = min(self._scale * self._growth_factor, 2.0**24)
                self._growth_tracker = 0
            else:
                self._growth_tracker = successful
        self._found_inf = None

    def state_dict(self):
        return {"scale": self._scale, "_growth_tracker": self._growth_tracker}


def criterion(model, x, y):
    # autocast: weights, data and everything after them in half
    graphdef, state = nnx.split(model)
    half = nnx.merge(graphdef, jax.tree.map(lambda w: w.astype(jnp.float16), state))
    return jnp.mean(jnp.power(half(x.astype(jnp.float16)) - y.astype(jnp.float16), 2))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    x, y = jnp.asarray(x), jnp.asarray(y)
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    scaler = GradScaler(loss_scale, growth_interval, good_steps)

    grads = nnx.grad(lambda m: scaler.scale(criterion(m, x, y)))(model)
    grads = scaler.unscale_(grads)
    scaler.step(optimizer, model, grads)
    scaler.update()

    s = scaler.state_dict()
    loss = float(criterion(model, x, y))
    return jnp.array([loss, s["scale"], s["_growth_tracker"]], dtype=jnp.float32)
