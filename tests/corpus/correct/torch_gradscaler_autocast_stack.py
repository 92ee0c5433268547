# expect: accepted
"""torch.amp, rebuilt: autocast is a stack of dtypes, GradScaler a small class."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class autocast:
    _stack = [jnp.float32]

    def __init__(self, dtype=jnp.bfloat16, enabled=True):
        self.dtype = dtype if enabled else jnp.float32

    def __enter__(self):
        autocast._stack.append(self.dtype)
        return self

    def __exit__(self, *exc):
        autocast._stack.pop()
        return False

    @classmethod
    def current(cls):
        return cls._stack[-1]


class F:
    @staticmethod
    def linear(inp, weight, bias):
        d = autocast.current()
        return inp.astype(d) @ weight.astype(d) + bias.astype(d)

    @staticmethod
    def mse_loss(inp, target):
        d = autocast.current()
        diff = inp.astype(d) - target.astype(d)
        return (diff * diff).mean()


class GradScaler:
    def __init__(self, init_scale):
        self._scale = init_scale
        self._unscaled = False

    def scale(self, loss):
        return loss.astype(jnp.float32) * self._scale

    def unscale_(self, optimizer):
        if self._unscaled:
            return
        for pg in optimizer.param_groups:
            pg["grad"] = pg["grad"].astype(jnp.float32) / self._scale
        self._unscaled = True

    def step(self, optimizer):
        self.unscale_(optimizer)      # no-op when the user did it
        optimizer.step()

    def update(self):
        self._unscaled = False


class SGD:
    def __init__(self, params, lr):
        self.param_groups = [{"param": p, "grad": None} for p in params]
        self.lr = lr

    def step(self):
        for pg in self.param_groups:
            p = pg["param"]
            p[...] = p[...] - self.lr * pg["grad"]


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = SGD([model.kernel, model.bias], lr)
    scaler = GradScaler(loss_scale)

    def forward_backward(w, b):
        with autocast():
            loss = F.mse_loss(F.linear(x, w, b), y)
        return scaler.scale(loss)

    gs = jax.grad(forward_backward, argnums=(0, 1))(model.kernel[...], model.bias[...])
    for pg, g in zip(optimizer.param_groups, gs):
        pg["grad"] = g
    scaler.unscale_(optimizer)
    scaler.step(optimizer)
    scaler.update()

    with autocast():
        after = F.mse_loss(F.linear(x, model.kernel[...], model.bias[...]), y)
    return after.astype(jnp.float32).reshape(1)
