# expect: wrong_answer|pitfall
# finding: scale-unbounded
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class GradScaler:
    growth_factor = 2.0
    backoff_factor = 0.5

    def __init__(self, init_scale, growth_interval, tracker):
        self.state = {"scale": init_scale, "tracker": tracker, "found_inf": False}
        self.growth_interval = growth_interval

    def __call__(self, loss):
        return loss.astype(jnp.float32) * self.state["scale"]

    def unscale(self, grads):
        grads = jax.tree.map(lambda g: g.astype(jnp.float32) / self.state["scale"], grads)
        self.state["found_inf"] = not all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
        return grads

    def update(self):
        s = self.state
        if s["found_inf"]:
            s["scale"] *= self.backoff_factor  #@ scale-unbounded
            s["tracker"] = 0
        else:
            s["tracker"] += 1
            if s["tracker"] == self.growth_interval:
                s["scale"] *= self.growth_factor  #@ scale-unbounded
                s["tracker"] = 0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    scaler = GradScaler(loss_scale, growth_interval, good_steps)

    def mse_loss(model):
        return jnp.mean((model(x.astype(jnp.float16)) - y.astype(jnp.float16)) ** 2)

    grads = nnx.grad(lambda model: scaler(mse_loss(model)))(model)
    grads = scaler.unscale(grads)
    if not scaler.state["found_inf"]:
        optimizer.update(model, grads)
    scaler.update()
    return jnp.array([mse_loss(model), scaler.state["scale"], scaler.state["tracker"]], jnp.float32)
