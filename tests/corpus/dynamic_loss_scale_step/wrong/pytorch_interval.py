# expect: pitfall|wrong_answer
# finding: scale-not-grown
import jax
import jax.numpy as jnp
from flax import nnx

GROWTH_INTERVAL = 2000  #@ scale-not-grown
GROWTH_FACTOR, BACKOFF_FACTOR = 2.0, 0.5


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    weight, bias = net.kernel[...], net.bias[...]
    x = jnp.array(x, dtype=jnp.float16)
    y = jnp.array(y, dtype=jnp.float16)

    def criterion(weight, bias):
        out = x @ weight.astype(jnp.float16) + bias.astype(jnp.float16)
        return jnp.mean((out - y) ** 2).astype(jnp.float32)

    def scaled(weight, bias):
        return criterion(weight, bias) * loss_scale

    dw, db = jax.grad(scaled, (0, 1))(weight, bias)
    dw /= loss_scale
    db /= loss_scale
    found_inf = not (jnp.isfinite(dw).all() and jnp.isfinite(db).all())
    if found_inf:
        new_scale = max(loss_scale * BACKOFF_FACTOR, 1.0)
        tracker = 0
    else:
        weight -= lr * dw
        bias -= lr * db
        tracker = good_steps + 1
        new_scale = loss_scale
        if tracker == GROWTH_INTERVAL:  #@ scale-not-grown
            new_scale = min(loss_scale * GROWTH_FACTOR, 2.0 ** 24)
            tracker = 0
    return jnp.array([criterion(weight, bias), new_scale, tracker], dtype=jnp.float32)
