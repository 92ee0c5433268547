# expect: wrong_answer
# finding: scaled-loss-returned
import jax
import jax.numpy as jnp
from flax import nnx


class ScaledObjective:
    def __init__(self, x, y, scale):
        self.x = x.astype(jnp.float16)
        self.y = y.astype(jnp.float16)
        self.scale = scale

    def __call__(self, params):
        w, b = (p.astype(jnp.float16) for p in params)
        return self.scale * jnp.mean((self.x @ w + b - self.y) ** 2).astype(jnp.float32)

    def grad(self, params):
        return [g / self.scale for g in jax.grad(self)(params)]

    def with_scale(self, scale):
        self.scale = scale
        return self


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]
    objective = ScaledObjective(x, y, loss_scale)
    grads = objective.grad(params)

    match all(bool(jnp.isfinite(g).all()) for g in grads):
        case True:
            params = [p - lr * g for p, g in zip(params, grads)]
            count = (good_steps + 1) % growth_interval
            scale = loss_scale if count > 0 else min(loss_scale * 2, 2.0**24)
        case False:
            count, scale = 0, max(loss_scale / 2, 1.0)

    objective = objective.with_scale(scale)
    return jnp.array([objective(params), scale, count])  #@ scaled-loss-returned
