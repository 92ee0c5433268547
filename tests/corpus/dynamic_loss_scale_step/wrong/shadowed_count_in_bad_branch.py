# expect: wrong_answer
# finding: count-not-reset
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    weights = dict(kernel=net.kernel[...], bias=net.bias[...])

    def loss(weights):
        w = {k: jnp.asarray(v, dtype=jnp.float16) for k, v in weights.items()}
        diff = jnp.asarray(x, jnp.float16) @ w["kernel"] + w["bias"] - jnp.asarray(y, jnp.float16)
        return jnp.asarray(jnp.mean(diff**2), jnp.float32)

    def bookkeeping(finite):
        scale, count = loss_scale, good_steps
        if finite:
            count += 1
            if count == growth_interval:
                scale, count = min(2.0**24, scale * 2), 0
        else:
            scale, cnt = max(1.0, scale / 2), 0  #@ count-not-reset
        return scale, count

    grads = jax.grad(lambda w: loss(w) * loss_scale)(weights)
    finite = all(jnp.isfinite(g).all() for g in grads.values())
    if finite:
        weights = {k: v - lr * (grads[k] / loss_scale) for k, v in weights.items()}
    return jnp.array([loss(weights), *bookkeeping(finite)], dtype=jnp.float32)
