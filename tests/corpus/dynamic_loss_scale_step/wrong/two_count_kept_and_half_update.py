# expect: wrong_answer
# finding: count-not-reset
# finding: low-precision-update|master-downcast
# allow: low-precision-grads
# allow: master-downcast
import jax
import jax.numpy as jnp
from flax import nnx


@jax.jit
def go(masters, x, y, lr, scale, good, interval):
    half = jax.tree.map(lambda a: a.astype(jnp.float16), masters)  #@ master-downcast
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def mse(half):
        return jnp.mean(jnp.square(x @ half["k"] + half["b"] - y))

    grads = jax.grad(lambda h: mse(h).astype(jnp.float32) * scale)(half)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / scale, grads)
    ok = jnp.isfinite(grads["k"]).all() & jnp.isfinite(grads["b"]).all()

    def one(h, g):
        moved = h - (lr * g).astype(jnp.float16)  #@ low-precision-update
        return jnp.where(ok, moved, h)

    half = jax.tree.map(one, half, grads)
    masters = jax.tree.map(lambda h: h.astype(jnp.float32), half)  #@ master-downcast
    hit = ok & (good + 1 == interval)
    scale = jnp.where(ok, jnp.where(hit, jnp.minimum(2 * scale, 2.0**24), scale), jnp.maximum(scale / 2, 1.0))
    good = jnp.where(hit, 0, jnp.where(ok, good + 1, good))  #@ count-not-reset
    return mse(jax.tree.map(lambda a: a.astype(jnp.float16), masters)), scale, good


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"k": lin.kernel[...], "b": lin.bias[...]}
    out = go(masters, x, y, lr, jnp.float32(loss_scale), good_steps, growth_interval)
    return jnp.array([o.astype(jnp.float32) for o in out])
