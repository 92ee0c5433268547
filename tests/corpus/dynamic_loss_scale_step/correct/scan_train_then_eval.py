# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    x16, y16 = jnp.asarray(x).astype(jnp.float16), jnp.asarray(y).astype(jnp.float16)

    def scaled_and_plain(p16, scale):
        k, b = p16
        loss = jnp.mean(jnp.square(jnp.einsum("nd,do->no", x16, k) + b - y16))
        return loss.astype(jnp.float32) * scale, loss

    def round_(carry, is_training):
        (k, b), scale, n = carry
        p16 = (k.astype(jnp.float16), b.astype(jnp.float16))
        (_, loss), g = jax.value_and_grad(scaled_and_plain, has_aux=True)(p16, scale)
        gk, gb = (t.astype(jnp.float32) / scale for t in g)
        ok = jnp.isfinite(gk).all() & jnp.isfinite(gb).all()
        move = ok & is_training
        new = (jnp.where(move, k - lr * gk, k), jnp.where(move, b - lr * gb, b))
        hit = n + 1 >= growth_interval
        s2 = jnp.where(ok, jnp.where(hit, jnp.minimum(2 * scale, 2.0**24), scale), jnp.maximum(scale / 2, 1.0))
        n2 = jnp.where(ok & ~hit, n + 1, 0)
        carry = (new, jnp.where(is_training, s2, scale), jnp.where(is_training, n2, n))
        return carry, loss

    start = ((lin.kernel[...], lin.bias[...]), jnp.float32(loss_scale), jnp.int32(good_steps))
    (_, s, n), losses = jax.lax.scan(round_, start, jnp.array([True, False]))
    return jnp.concatenate([losses[-1:].astype(jnp.float32), s[None], n[None].astype(jnp.float32)])
