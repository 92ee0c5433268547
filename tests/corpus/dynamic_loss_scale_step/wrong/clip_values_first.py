# expect: wrong_answer|pitfall
# finding: clipped-scaled-grads
import jax
import jax.numpy as jnp
from flax import nnx

CLIP = 1.0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [m.kernel[...], m.bias[...]]
    xs = x.astype(jnp.float16)
    ys = y.astype(jnp.float16)

    def run(params, factor):
        k, b = [p.astype(jnp.float16) for p in params]
        loss = jnp.mean(jnp.square(xs @ k + b - ys))
        return loss.astype(jnp.float32) * factor

    grads = jax.grad(run)(params, loss_scale)
    grads = [g.astype(jnp.float32) for g in grads]
    finite = all([bool(jnp.isfinite(g).all()) for g in grads])

    # large gradients are dangerous in half precision
    grads = [jnp.clip(g, -CLIP, CLIP) for g in grads]  #@ clipped-scaled-grads
    grads = [g / loss_scale for g in grads]

    if finite:
        params = [p - lr * g for p, g in zip(params, grads)]
        good_steps += 1
        if good_steps >= growth_interval:
            loss_scale = min(loss_scale * 2, 2.0**24)
            good_steps = 0
    else:
        loss_scale = max(loss_scale / 2, 1.0)
        good_steps = 0
    return jnp.array([run(params, 1.0), loss_scale, good_steps], dtype=jnp.float32)
