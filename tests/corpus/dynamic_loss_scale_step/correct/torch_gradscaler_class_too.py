# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class GradScaler:
    def __init__(self, init_scale, growth_factor=2.0, backoff_factor=0.5, growth_interval=2000, growth_tracker=0):
        self._scale = init_scale
        self._growth_factor = growth_factor
        self._backoff_factor = backoff_factor
        self._growth_interval = growth_interval
        self._growth_tracker = growth_tracker
        self._per_optimizer_states = {}

    def scale(self, loss):
        # torch losses are fp32 under autocast, ours is made so here
        return loss.astype(jnp.float32) * self._scale

    def unscale_(self, optimizer, grads):
        state = self._per_optimizer_states.setdefault(id(optimizer), {"stage": "READY"})
        if state["stage"] == "UNSCALED":
            raise RuntimeError("unscale_() has already been called on this optimizer since the last update().")
        found = 0.0
        for g in jax.tree.leaves(grads):
            found += float(jnp.sum(~jnp.isfinite(g)))
        state["found_inf"] = found
        state["stage"] = "UNSCALED"
        return jax.tree.map(lambda g: g.astype(jnp.float32) / self._scale, grads)

    def step(self, optimizer, model, grads):
        state = self._per_optimizer_states[id(optimizer)]
        if not state["found_inf"]:
            optimizer.update(model, grads)

    def update(self):
        found = sum(s["found_inf"] for s in self._per_optimizer_states.values())
        if found:
            self._scale = max(self._scale * self._backoff_factor, 1.0)
            self._growth_tracker = 0
        else:
            self._growth_tracker += 1
            if self._growth_tracker == self._growth_interval:
                self._scale = min(self._scale * self._growth_factor, 2.0 ** 24)
                self._growth_tracker = 0
        self._per_optimizer_states.clear()

    def state_dict(self):
        return {"scale": self._scale, "_growth_tracker": self._growth_tracker}


def mse(model, x, y):
    kernel, bias = model.kernel[...].astype(jnp.float16), model.bias[...].astype(jnp.float16)
    out = x.astype(jnp.float16) @ kernel + bias
    return ((out - y.astype(jnp.float16)) ** 2).mean()


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    x, y = jnp.asarray(x), jnp.asarray(y)
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    scaler = GradScaler(loss_scale, growth_interval=growth_interval, growth_tracker=good_steps)

    # loss.backward()
    grads = nnx.grad(lambda m: scaler.scale(mse(m, x, y)))(model)
    grads = scaler.unscale_(optimizer, grads)
    scaler.step(optimizer, model, grads)
    scaler.update()

    sd = scaler.state_dict()
    return jnp.array([mse(model, x, y).astype(jnp.float32), sd["scale"], sd["_growth_tracker"]], dtype=jnp.float32)
