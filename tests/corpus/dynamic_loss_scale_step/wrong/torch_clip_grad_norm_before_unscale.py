# expect: wrong_answer
# finding: clipped-scaled-grads
import jax
import jax.numpy as jnp
from flax import nnx


def clip_grad_norm_(grads, max_norm):
    total = jnp.sqrt(sum(jnp.sum(g**2) for g in grads))
    factor = jnp.minimum(1.0, max_norm / (total + 1e-6))  #@ clipped-scaled-grads
    return [g * factor for g in grads]  #@ clipped-scaled-grads


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]

    def loss(params):
        w, b = [p.astype(jnp.float16) for p in params]
        return jnp.mean((x.astype(jnp.float16) @ w + b - y.astype(jnp.float16)) ** 2)

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    found_inf = not all(bool(jnp.isfinite(g).all()) for g in grads)

    if not found_inf:
        grads = clip_grad_norm_(grads, max_norm=5.0)  #@ clipped-scaled-grads
        grads = [g / loss_scale for g in grads]
        params = [p - lr * g for p, g in zip(params, grads)]
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss(params).astype(jnp.float32), loss_scale, good_steps], dtype=jnp.float32)
