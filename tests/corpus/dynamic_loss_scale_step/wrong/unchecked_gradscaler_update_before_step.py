# expect: pitfall|wrong_answer
# finding: unchecked-overflow
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class GradScaler:
    def __init__(self, scale, tracker, interval):
        self._scale, self._tracker, self._interval = scale, tracker, interval
        self._found_inf = False

    def scale(self, loss):
        return loss.astype(jnp.float32) * self._scale

    def unscale_(self, grads):
        out = jax.tree.map(lambda g: g.astype(jnp.float32) / self._scale, grads)
        self._found_inf = any(bool(~jnp.isfinite(g).all()) for g in jax.tree.leaves(out))
        return out

    def step(self, optimizer, model, grads):
        if not self._found_inf:
            optimizer.update(model, grads)

    def update(self):
        if self._found_inf:
            self._scale, self._tracker = max(self._scale * 0.5, 1.0), 0
        else:
            self._tracker += 1
            if self._tracker == self._interval:
                self._scale, self._tracker = min(self._scale * 2.0, 2.0**24), 0
        self._found_inf = False  #@ unchecked-overflow


def forward_loss(model, x, y):
    h = jnp.float16
    pred = x.astype(h) @ model.kernel[...].astype(h) + model.bias[...].astype(h)
    return ((pred - y.astype(h)) ** 2).mean()


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    x, y = jnp.asarray(x), jnp.asarray(y)
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    scaler = GradScaler(loss_scale, good_steps, growth_interval)
    grads = nnx.grad(lambda m: scaler.scale(forward_loss(m, x, y)))(model)
    grads = scaler.unscale_(grads)
    scaler.update()  #@ unchecked-overflow
    scaler.step(optimizer, model, grads)  #@ unchecked-overflow
    return jnp.array([forward_loss(model, x, y).astype(jnp.float32), scaler._scale, scaler._tracker], jnp.float32)
