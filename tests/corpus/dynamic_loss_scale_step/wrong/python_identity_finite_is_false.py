# expect: wrong_answer
# finding: unchecked-overflow
import jax
import jax.numpy as jnp
from flax import nnx


def tree_finite(tree):
    ok = True
    for leaf in jax.tree.leaves(tree):
        ok = jnp.logical_and(ok, jnp.all(jnp.isfinite(leaf)))
    return ok


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}

    def mse(params):
        p = jax.tree.map(lambda v: v.astype(jnp.float16), params)
        diff = x.astype(jnp.float16) @ p["w"] + p["b"] - y.astype(jnp.float16)
        return jnp.mean(diff * diff)

    grads = jax.grad(lambda p: loss_scale * mse(p).astype(jnp.float32))(params)
    grads = {k: g / loss_scale for k, g in grads.items()}
    finite = tree_finite(grads)

    if finite is not False:  #@ unchecked-overflow
        params = {k: params[k] - lr * grads[k] for k in params}  #@ unchecked-overflow

    bumped = good_steps + 1
    up = bumped == growth_interval
    scale = jnp.where(finite, min(loss_scale * 2, 2.0**24) if up else loss_scale, max(loss_scale / 2, 1.0))
    count = jnp.where(finite, 0 if up else bumped, 0)
    return jnp.stack([mse(params).astype(jnp.float32), scale.astype(jnp.float32), count.astype(jnp.float32)])
