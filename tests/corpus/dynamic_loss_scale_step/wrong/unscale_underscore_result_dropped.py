# expect: pitfall|wrong_answer
# finding: unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class AmpScaler:
    def __init__(self, **state):
        self.load_state_dict(state)

    def load_state_dict(self, d):
        self.scale, self.tracker, self.interval = d['scale'], d['_growth_tracker'], d['growth_interval']

    def state_dict(self):
        return [self.scale, self.tracker]

    def unscale_(self, grads):
        return {n: g / jnp.float32(self.scale) for n, g in grads.items()}

    def step(self, params, grads, sgd):
        self.ok = all(bool(jnp.all(jnp.isfinite(g))) for g in grads.values())
        if not self.ok:
            return params
        upd, _ = sgd.update(grads, sgd.init(params))
        return optax.apply_updates(params, upd)

    def update(self):
        if not self.ok:
            self.scale, self.tracker = max(self.scale / 2, 1.0), 0
        elif self.tracker + 1 == self.interval:
            self.scale, self.tracker = min(self.scale * 2, 2.0**24), 0
        else:
            self.tracker += 1


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    l = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {'weight': l.kernel[...], 'bias': l.bias[...]}
    scaler = AmpScaler(scale=loss_scale, _growth_tracker=good_steps, growth_interval=growth_interval)
    inp, out = jnp.float16(x), jnp.float16(y)

    def loss_fn(p):
        return jnp.mean((inp @ jnp.float16(p['weight']) + jnp.float16(p['bias']) - out) ** 2).astype(jnp.float32)

    grads = jax.grad(lambda p: loss_fn(p) * scaler.scale)(params)
    scaler.unscale_(grads)  #@ unscaled-grads
    params = scaler.step(params, grads, optax.sgd(lr))
    scaler.update()
    return jnp.array([loss_fn(params), *scaler.state_dict()], jnp.float32)
