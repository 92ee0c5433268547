# expect: pitfall|wrong_answer
# finding: clipped-scaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Hooks:
    def on_after_backward(self, grads):
        return grads

    def on_before_optimizer_step(self, grads):
        return grads


class GradientClipping(Hooks):
    def __init__(self, gradient_clip_val=1.0):
        self.clip = optax.clip_by_global_norm(gradient_clip_val)

    def on_after_backward(self, grads):
        return self.clip.update(grads, self.clip.init(grads))[0]  #@ clipped-scaled-grads


class Trainer:
    def __init__(self, callbacks, scale, tracker, interval):
        self.callbacks = callbacks
        self.scale, self.tracker, self.interval = scale, tracker, interval

    def call_hook(self, name, grads):
        for cb in self.callbacks:
            grads = getattr(cb, name)(grads)
        return grads

    def fit(self, params, loss, lr):
        grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * self.scale)(params)
        grads = [g.astype(jnp.float32) for g in grads]
        ok = all(bool(jnp.isfinite(g).all()) for g in grads)
        grads = self.call_hook('on_after_backward', grads)
        grads = [g / self.scale for g in grads]
        grads = self.call_hook('on_before_optimizer_step', grads)
        if ok:
            params = [p - lr * g for p, g in zip(params, grads)]
            self.tracker += 1
            if self.tracker == self.interval:
                self.scale, self.tracker = min(self.scale * 2, 2.0**24), 0
        else:
            self.scale, self.tracker = max(self.scale / 2, 1.0), 0
        return params


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    xb, yb = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)
    loss = lambda ps: jnp.mean((xb @ ps[0].astype(jnp.float16) + ps[1].astype(jnp.float16) - yb) ** 2)
    t = Trainer([GradientClipping()], loss_scale, good_steps, growth_interval)
    params = t.fit([lin.kernel[...], lin.bias[...]], loss, lr)
    return jnp.array([loss(params), t.scale, t.tracker], jnp.float32)
