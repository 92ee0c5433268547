# expect: pitfall|wrong_answer
# finding: doubly-unscaled-grads
import jax
import jax.numpy as jnp
from flax import nnx


class Scaler:
    def __init__(self, scale, good, interval):
        self.s, self.good, self.interval, self.found_inf = scale, good, interval, False

    def unscale_(self, grads):
        grads = [g.astype(jnp.float32) / self.s for g in grads]
        self.found_inf = not all(bool(jnp.isfinite(g).all()) for g in grads)
        return grads

    def step(self, params, grads, lr):
        grads = self.unscale_(grads)  #@ doubly-unscaled-grads
        if self.found_inf:
            return params
        return [p - lr * g for p, g in zip(params, grads)]

    def update(self):
        if self.found_inf:
            self.s, self.good = max(self.s / 2, 1.0), 0
        else:
            self.good += 1
            if self.good == self.interval:
                self.s, self.good = min(self.s * 2, 2.0 ** 24), 0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]
    scaler = Scaler(loss_scale, good_steps, growth_interval)

    def loss(ps):
        w, b = [p.astype(jnp.float16) for p in ps]
        return jnp.mean((x.astype(jnp.float16) @ w + b - y.astype(jnp.float16)) ** 2).astype(jnp.float32)

    grads = jax.grad(lambda ps: loss(ps) * scaler.s)(params)
    grads = scaler.unscale_(grads)  #@ doubly-unscaled-grads
    params = scaler.step(params, grads, lr)
    scaler.update()
    return jnp.array([loss(params), scaler.s, scaler.good], dtype=jnp.float32)
