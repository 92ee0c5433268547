# expect: accepted
import jax.numpy as jnp
from flax import nnx


def residual(W, b, X, Y):
    return jnp.einsum("ni,io->no", X, W) + b - Y


def chi2(W, b, X, Y):
    r = residual(W, b, X, Y)
    return jnp.mean(r * r)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    W, b = jnp.asarray(lin.kernel[...]), jnp.asarray(lin.bias[...])
    X, Y = jnp.asarray(x).astype(jnp.float16), jnp.asarray(y).astype(jnp.float16)
    W_, b_ = W.astype(jnp.float16), b.astype(jnp.float16)

    # chi2 = sum r^2 / n, times lambda: d/dr = lambda / n * 2 r, in float16 from the seed on
    lam = jnp.float32(loss_scale)
    seed_ct = lam.astype(jnp.float16)
    r = residual(W_, b_, X, Y)
    per_element = (seed_ct.astype(jnp.float32) / r.size).astype(jnp.float16)
    delta = per_element * (2 * r)
    gW = jnp.einsum("ni,no->io", X, delta)
    gb = jnp.einsum("no->o", delta)

    gW = gW.astype(jnp.float32) / lam
    gb = gb.astype(jnp.float32) / lam
    n_bad = jnp.count_nonzero(~jnp.isfinite(gW)) + jnp.count_nonzero(~jnp.isfinite(gb))

    if n_bad == 0:
        W, b = W - lr * gW, b - lr * gb
        good_steps = good_steps + 1
        if good_steps >= growth_interval:
            lam, good_steps = jnp.minimum(lam + lam, 2**24), 0
    else:
        lam, good_steps = jnp.maximum(lam / 2, 1), 0

    final = chi2(W.astype(jnp.float16), b.astype(jnp.float16), X, Y)
    return jnp.hstack([final.astype(jnp.float32), lam, jnp.float32(good_steps)])
