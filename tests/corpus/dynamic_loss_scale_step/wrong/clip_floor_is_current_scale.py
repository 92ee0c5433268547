# expect: pitfall|wrong_answer
# finding: scale-not-reduced
import jax
import jax.numpy as jnp
from flax import nnx


class ScaleSchedule:
    minimum = 1.0
    maximum = 2.0**24

    def __init__(self, start, patience, wait):
        self.start, self.patience, self.wait = start, patience, wait
        self.minimum = start  #@ scale-not-reduced

    def __call__(self, finite):
        wait = self.wait + 1 if finite else 0
        proposal = self.start
        if not finite:
            proposal = self.start * 0.5
        elif wait == self.patience:
            proposal, wait = self.start * 2.0, 0
        return float(jnp.clip(proposal, self.minimum, self.maximum)), wait  #@ scale-not-reduced


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    schedule = ScaleSchedule(float(jnp.float32(loss_scale)), growth_interval, good_steps)
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params, a, b = (m.kernel[...], m.bias[...]), jnp.float16(x), jnp.float16(y)

    def objective(kernel, bias, factor=1.0):
        diff = jnp.dot(a, jnp.float16(kernel)) + jnp.float16(bias) - b
        return jnp.float32((diff * diff).mean()) * factor

    dk, db = jax.grad(objective, argnums=(0, 1))(*params, factor=schedule.start)
    dk, db = dk / schedule.start, db / schedule.start
    finite = bool(jnp.isfinite(dk).all()) and bool(jnp.isfinite(db).all())
    if finite:
        params = params[0] - lr * dk, params[1] - lr * db
    s, c = schedule(finite)
    return jnp.asarray([objective(*params), s, c], jnp.float32)
