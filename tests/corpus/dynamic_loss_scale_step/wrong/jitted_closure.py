# expect: pitfall|wrong_answer
# finding: stale-loss|update-discarded
import jax
import jax.numpy as jnp
from flax import nnx


def half(tree):
    return jax.tree.map(lambda a: a.astype(jnp.float16), tree)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
    x16, y16 = half((x, y))

    def mse(p):
        p = half(p)
        return jnp.mean((x16 @ p["kernel"] + p["bias"] - y16) ** 2).astype(jnp.float32)

    @jax.jit
    def current_loss():
        return mse(params)  #@ stale-loss

    print("loss before the step:", current_loss())

    grads = jax.jit(jax.grad(lambda p: mse(p) * loss_scale))(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = bool(jnp.isfinite(grads["kernel"]).all() & jnp.isfinite(grads["bias"]).all())
    if finite:
        params = jax.tree.map(lambda p, g: p - lr * g, params, grads)  #@ update-discarded
        count, scale = good_steps + 1, loss_scale
        if count == growth_interval:
            count, scale = 0, min(loss_scale * 2, 2.0**24)
    else:
        count, scale = 0, max(loss_scale / 2, 1.0)

    loss = current_loss()  #@ stale-loss
    print("loss after the step:", loss)
    return jnp.array([loss, scale, count], dtype=jnp.float32)
