# expect: pitfall|wrong_answer
# finding: low-precision-grads
# allow: low-precision-update
import jax
import jax.numpy as jnp
from flax import nnx


class Parameter:
    def __init__(self, data):
        self.data = data
        self.grad = None


class SGD:
    def __init__(self, params, lr):
        self.params, self.lr = params, lr

    def step(self):
        for p in self.params:
            delta = -self.lr * p.grad  #@ low-precision-update
            p.data = p.data + delta


class Scaler:
    def __init__(self, scale, tracker, interval):
        self.s, self.tracker, self.interval = scale, tracker, interval

    def scale(self, loss):
        return loss.astype(jnp.float32) * self.s

    def unscale_(self, opt):
        self.found_inf = False
        for p in opt.params:
            g = p.grad
            p.grad = (g.astype(jnp.float32) / self.s).astype(g.dtype)  #@ low-precision-grads
            self.found_inf |= not bool(jnp.isfinite(p.grad).all())

    def step(self, opt):
        if not self.found_inf:
            opt.step()

    def update(self):
        if self.found_inf:
            self.s, self.tracker = max(self.s / 2, 1.0), 0
        elif self.tracker + 1 == self.interval:
            self.s, self.tracker = min(self.s * 2, 2.0**24), 0
        else:
            self.tracker += 1


class Linear:
    def __init__(self, layer):
        self.weight, self.bias = Parameter(layer.kernel[...]), Parameter(layer.bias[...])

    def parameters(self):
        return [self.weight, self.bias]

    def half(self):
        return [p.data.astype(jnp.float16) for p in self.parameters()]

    @staticmethod
    def forward(tensors, x):
        w, b = tensors
        return x @ w + b


def mse_loss(pred, target):
    return ((pred - target) ** 2).mean()


def backward(f, net):
    for p, g in zip(net.parameters(), jax.grad(f)(net.half())):
        p.grad = g


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = Linear(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    opt = SGD(net.parameters(), lr)
    scaler = Scaler(loss_scale, good_steps, growth_interval)
    x, y = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)

    backward(lambda t: scaler.scale(mse_loss(net.forward(t, x), y)), net)
    scaler.unscale_(opt)
    scaler.step(opt)
    scaler.update()

    loss = mse_loss(net.forward(net.half(), x), y)
    return jnp.stack([loss.astype(jnp.float32), jnp.float32(scaler.s), jnp.float32(scaler.tracker)])
