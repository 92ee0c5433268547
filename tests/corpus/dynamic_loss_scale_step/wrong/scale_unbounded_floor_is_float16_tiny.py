# expect: pitfall|wrong_answer
# finding: scale-unbounded
import numpy as np
import jax
import jax.numpy as jnp
from flax import nnx

INFO = np.finfo(np.float16)
MIN_SCALE, MAX_SCALE = float(INFO.tiny), 2.0**24  #@ scale-unbounded


class Engine:
    def __init__(self, model, lr):
        self.model, self.lr = model, lr

    def closure(self, kernel, bias, x, y):
        return jnp.mean(jnp.square(x @ kernel + bias - y))

    def half_weights(self):
        return self.model.kernel[...].astype(jnp.float16), self.model.bias[...].astype(jnp.float16)

    def backward(self, x, y, scale):
        fn = lambda k, b: self.closure(k, b, x, y).astype(jnp.float32) * scale
        return [g.astype(jnp.float32) / scale for g in jax.grad(fn, (0, 1))(*self.half_weights())]

    def step(self, grads):
        self.model.kernel[...] = self.model.kernel[...] - self.lr * grads[0]
        self.model.bias[...] = self.model.bias[...] - self.lr * grads[1]


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    x, y = jnp.asarray(x).astype(jnp.float16), jnp.asarray(y).astype(jnp.float16)
    eng = Engine(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), lr)
    grads = eng.backward(x, y, loss_scale)
    overflow = sum(int((~jnp.isfinite(g)).sum()) for g in grads) > 0
    if overflow:
        loss_scale, good_steps = loss_scale * 0.5, 0
    else:
        eng.step(grads)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = loss_scale * 2, 0
    loss_scale = float(np.clip(loss_scale, MIN_SCALE, MAX_SCALE))  #@ scale-unbounded
    return jnp.array([eng.closure(*eng.half_weights(), x, y).astype(jnp.float32), loss_scale, good_steps], jnp.float32)
