# expect: pitfall|wrong_answer
# finding: partial-finite-check|unchecked-overflow
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": model.kernel[...], "bias": model.bias[...]}

    def loss_fn(params):
        p = {k: v.astype(jnp.float16) for k, v in params.items()}
        return jnp.mean((x.astype(jnp.float16) @ p["kernel"] + p["bias"] - y.astype(jnp.float16)) ** 2)

    grads = jax.grad(lambda p: loss_fn(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)

    def sgd_if_finite(p, g):
        return jnp.where(jnp.all(jnp.isfinite(g)), p - lr * g, p)  #@ partial-finite-check, unchecked-overflow

    params = jax.tree.map(sgd_if_finite, params, grads)  #@ partial-finite-check, unchecked-overflow

    finite = all(bool(jnp.isfinite(g).all()) for g in grads.values())
    if finite:
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss_fn(params).astype(jnp.float32), loss_scale, good_steps])
