# expect: pitfall|wrong_answer
# finding: unchecked-overflow
import jax
import jax.numpy as jnp
from flax import nnx


def loss_fn(p, x, y):
    p = {k: v.astype(jnp.float16) for k, v in p.items()}
    return jnp.mean((x @ p["w"] + p["b"] - y) ** 2).astype(jnp.float32)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    x, y = jnp.float16(x), jnp.float16(y)
    grads = jax.grad(lambda p: loss_fn(p, x, y) * loss_scale)(params)
    grads = {k: g / loss_scale for k, g in grads.items()}
    finite = jnp.isfinite(grads["w"]).all() & jnp.isfinite(grads["b"]).all()
    params = {k: params[k] - lr * grads[k] for k in params}  #@ unchecked-overflow
    kept = params  #@ unchecked-overflow

    def good():
        n = good_steps + 1
        if n == growth_interval:
            return params, jnp.float32(min(loss_scale * 2, 2.0 ** 24)), jnp.float32(0)
        return params, jnp.float32(loss_scale), jnp.float32(n)

    def bad():
        return kept, jnp.float32(max(loss_scale / 2, 1.0)), jnp.float32(0)

    params, scale, count = jax.lax.cond(finite, good, bad)
    return jnp.stack([loss_fn(params, x, y), scale, count])
