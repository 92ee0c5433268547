# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx

# A "training loop" that happens to have one batch.


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))

    def loss16(params, xb, yb):
        w, b = jax.tree.map(lambda t: t.astype(jnp.float16), params)
        return jnp.mean((xb @ w + b - yb) ** 2)

    def body(carry, batch):
        params, scale, count = carry
        xb, yb = (t.astype(jnp.float16) for t in batch)
        grads = jax.grad(lambda p: loss16(p, xb, yb).astype(jnp.float32) * scale)(params)
        grads = jax.tree.map(lambda g: g / scale, grads)
        ok = jnp.array(True)
        for g in grads:
            ok &= jnp.isfinite(g).all()
        params = jax.tree.map(lambda p, g: jnp.where(ok, p - lr * g, p), params, grads)
        count = jnp.where(ok, count + 1, 0)
        grow = count >= growth_interval
        scale = jnp.where(ok, scale, jnp.maximum(scale / 2, 1.0))
        scale = jnp.where(grow, jnp.minimum(scale * 2, 2.0**24), scale)
        count = jnp.where(grow, 0, count)
        return (params, scale, count), loss16(params, xb, yb)

    init = ((layer.kernel[...], layer.bias[...]), jnp.float32(loss_scale), jnp.int32(good_steps))
    (_, scale, count), losses = jax.lax.scan(body, init, (x[None], y[None]))
    return jnp.concatenate([losses.astype(jnp.float32), scale[None], count[None].astype(jnp.float32)])
