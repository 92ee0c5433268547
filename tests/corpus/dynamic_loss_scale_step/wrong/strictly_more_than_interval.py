# expect: wrong_answer
# finding: scale-not-grown
# allow: count-not-reset
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    linear = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = linear.kernel[...], linear.bias[...]

    def cast16(*args):
        return tuple(a.astype(jnp.float16) for a in args)

    def loss(params):
        (k, b), (xx, yy) = cast16(*params), cast16(x, y)
        return jnp.mean((xx @ k + b - yy) ** 2)

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    grads = tuple(g.astype(jnp.float32) / loss_scale for g in grads)
    finite = all(jnp.all(jnp.isfinite(g)) for g in grads)

    new_scale, new_count = loss_scale, 0
    if finite:
        params = tuple(p - lr * g for p, g in zip(params, grads))
        new_count = good_steps + 1
        if new_count > growth_interval:  #@ scale-not-grown
            new_scale = min(loss_scale * 2, 2.0**24)
            new_count = 0
    else:
        new_scale = max(loss_scale / 2, 1.0)
    return jnp.array([loss(params).astype(jnp.float32), new_scale, new_count], dtype=jnp.float32)
