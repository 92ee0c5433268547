# expect: pitfall|wrong_answer
# finding: low-precision-unscale
import jax
import jax.numpy as jnp
from flax import nnx


def cast(tree, dtype):
    return jax.tree.map(lambda a: a.astype(dtype), tree)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"w": layer.kernel[...], "b": layer.bias[...]}
    x16, y16 = cast((x, y), jnp.float16)

    def loss16(p):
        return jnp.mean((x16 @ p["w"] + p["b"] - y16) ** 2)

    def scaled(p):
        return loss16(p).astype(jnp.float32) * loss_scale

    grads = jax.grad(scaled)(cast(masters, jnp.float16))
    grads = jax.tree.map(lambda g: g / loss_scale, grads)  #@ low-precision-unscale
    grads = cast(grads, jnp.float32)

    finite = jnp.isfinite(grads["w"]).all() & jnp.isfinite(grads["b"]).all()
    if finite:
        masters = jax.tree.map(lambda p, g: p - lr * g, masters, grads)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale = min(loss_scale * 2, 2.0**24)
            good_steps = 0
    else:
        loss_scale = max(loss_scale / 2, 1.0)
        good_steps = 0
    return jnp.array([loss16(cast(masters, jnp.float16)).astype(jnp.float32), loss_scale, good_steps])
