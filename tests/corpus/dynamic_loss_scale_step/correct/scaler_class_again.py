# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class GradScaler:
    """Like torch.cuda.amp.GradScaler, on the host."""

    def __init__(self, init_scale, growth_interval, tracker=0, growth_factor=2.0, backoff_factor=0.5):
        self._scale = float(init_scale)
        self._growth_interval = growth_interval
        self._tracker = tracker
        self._growth_factor = growth_factor
        self._backoff_factor = backoff_factor
        self._found_inf = False

    def scale(self, loss):
        return loss.astype(jnp.float32) * self._scale

    def unscale_(self, grads):
        inv = 1.0 / self._scale
        grads = jax.tree.map(lambda g: g.astype(jnp.float32) * inv, grads)
        self._found_inf = not all(bool(jnp.all(jnp.isfinite(g))) for g in jax.tree.leaves(grads))
        return grads

    def step(self, optimizer, model, grads):
        if not self._found_inf:
            optimizer.update(model, grads)

    def update(self):
        if self._found_inf:
            self._scale = max(self._scale * self._backoff_factor, 1.0)
            self._tracker = 0
            return
        self._tracker += 1
        if self._tracker == self._growth_interval:
            self._scale = min(self._scale * self._growth_factor, 2.0**24)
            self._tracker = 0

    def state_dict(self):
        return {"scale": self._scale, "tracker": self._tracker}


def forward_loss(model, x, y):
    half = model.__class__(model.in_features, model.out_features, rngs=nnx.Rngs(0))
    nnx.update(half, jax.tree.map(lambda a: a.astype(jnp.float16), nnx.state(model)))
    err = half(x.astype(jnp.float16)) - y.astype(jnp.float16)
    return jnp.mean(err**2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    scaler = GradScaler(loss_scale, growth_interval, tracker=good_steps)

    grads = nnx.grad(lambda m: scaler.scale(forward_loss(m, x, y)))(model)
    grads = scaler.unscale_(grads)
    scaler.step(optimizer, model, grads)
    scaler.update()

    state = scaler.state_dict()
    loss = forward_loss(model, x, y)
    return jnp.asarray([float(loss), state["scale"], state["tracker"]], dtype=jnp.float32)
