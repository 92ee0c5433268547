# expect: accepted
import functools
import jax
import jax.numpy as jnp
from flax import nnx


class GradientOverflow(ArithmeticError):
    pass


def autocast(dtype):
    def deco(fn):
        @functools.wraps(fn)
        def inner(*args):
            return fn(*jax.tree.map(lambda a: jnp.asarray(a).astype(dtype), args))
        return inner
    return deco


@autocast(dtype=jnp.float16)
def criterion(params, x, y):
    out = jnp.add(jnp.matmul(x, params["weight"]), params["bias"])
    return jnp.mean(jnp.power(out - y, 2))


class AmpTrainer:
    def __init__(self, params, lr, scale, good, interval):
        self.params, self.lr, self.scale, self.good, self.interval = params, lr, scale, good, interval

    def backward(self, x, y):
        def scaled(p):
            loss = criterion(p, x, y)
            return loss.astype(jnp.float32) * self.scale
        return jax.grad(scaled)(self.params)

    def checked(self, grads):
        for name, g in grads.items():
            g = g.astype(jnp.float32) / self.scale
            if not jnp.isfinite(g).all():
                raise GradientOverflow(name)
            yield name, g

    def fit_once(self, x, y):
        try:
            grads = dict(self.checked(self.backward(x, y)))   # raises before anything is written
            for name in grads:
                self.params[name] = self.params[name] - self.lr * grads[name]
        except GradientOverflow as e:
            print("Skipping step, loss scaler reducing loss scale:", e)
            self.scale, self.good = max(self.scale / 2, 1.0), 0
        else:
            self.good += 1
            if self.good == self.interval:
                self.scale, self.good = min(self.scale * 2, 2.0**24), 0
        return criterion(self.params, x, y)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    t = AmpTrainer({"weight": m.kernel[...], "bias": m.bias[...]}, lr, loss_scale, good_steps, growth_interval)
    final = t.fit_once(x, y)
    return jnp.array([final.astype(jnp.float32), t.scale, t.good], dtype=jnp.float32)
