# expect: accepted
import jax.numpy as jnp
from jax import lax
from flax import nnx

h, f = jnp.float16, jnp.float32


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    K, B = lin.kernel[...], lin.bias[...]
    X, Y = h(x), h(y)

    def err(K, B):
        return X @ h(K) + h(B) - Y

    r = err(K, B)
    seedling = h(f(loss_scale))                      # d(scaled)/d(loss16), the cast's adjoint
    per = h(f(seedling) / r.size)                    # the mean's (its division is float32 in jnp, too)
    d_r = per * (2 * r)
    d_K = lax.dot_general(X, d_r, (((0,), (0,)), ((), ())))
    d_B = lax.reduce(d_r, h(0), lax.add, (0,))
    assert d_K.dtype == d_B.dtype == h
    d_K, d_B = f(d_K) / f(loss_scale), f(d_B) / f(loss_scale)
    ok = bool(jnp.isfinite(d_K).all()) and bool(jnp.isfinite(d_B).all())
    if ok:
        K, B = K - lr * d_K, B - lr * d_B
    count = (good_steps + 1) % growth_interval if ok else 0
    factor = .5 if not ok else 2. if count == 0 else 1.
    return jnp.array([f((err(K, B) ** 2).mean()), min(max(loss_scale * factor, 1.), 2. ** 24), count], f)
