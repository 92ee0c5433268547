# expect: pitfall|wrong_answer
# finding: scale-unbounded
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    k, b = net.kernel[...], net.bias[...]
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def mse(k, b):
        return jnp.mean((x @ k.astype(jnp.float16) + b.astype(jnp.float16) - y) ** 2)

    gk, gb = jax.grad(lambda *p: mse(*p).astype(jnp.float32) * loss_scale, (0, 1))(k, b)
    if jnp.isfinite(gk).all() and jnp.isfinite(gb).all():
        k = k - lr * (gk / loss_scale)
        b = b - lr * (gb / loss_scale)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale *= 2.0  #@ scale-unbounded
            good_steps = 0
    else:
        loss_scale = max(loss_scale / 2.0, 1.0)
        good_steps = 0
    return jnp.array([mse(k, b), loss_scale, good_steps], jnp.float32)
