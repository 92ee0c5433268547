# expect: wrong_answer
# finding: masked-by-multiplication
# finding: scale-unbounded
import jax
import jax.numpy as jnp
from flax import nnx


def mix(a, b, theta):
    """theta = 1 is a, theta = 0 is b."""
    return theta * a + (1.0 - theta) * b  #@ masked-by-multiplication


def potential(q, X, Y):
    d = jnp.einsum("ij,jk->ik", X, q["W"]) + q["b"] - Y
    return jnp.mean(d * d)


def evolve(q, force, dt, theta):
    return {k: mix(q[k] - dt * force[k], q[k], theta) for k in q}


def renormalise(scale, n, n_max, theta):
    n = jnp.where(theta > 0, n + 1, 0)
    up = n >= n_max
    scale = jnp.where(theta > 0, scale, 0.5 * scale)  #@ scale-unbounded
    scale = jnp.where(up, jnp.minimum(2.0 * scale, 2.0**24), scale)
    return scale, jnp.where(up, 0, n)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    q = {"W": lin.kernel[...], "b": lin.bias[...]}
    coarse = lambda t: {k: v.astype(jnp.float16) for k, v in t.items()}
    X, Y = jnp.asarray(x).astype(jnp.float16), jnp.asarray(y).astype(jnp.float16)
    lam = jnp.float32(loss_scale)

    f = jax.grad(lambda h: potential(h, X, Y).astype(jnp.float32) * lam)(coarse(q))
    f = {k: v.astype(jnp.float32) / lam for k, v in f.items()}
    theta = jnp.float32(jnp.isfinite(f["W"]).all() & jnp.isfinite(f["b"]).all())

    q = evolve(q, f, lr, theta)
    lam, n = renormalise(lam, good_steps, growth_interval, theta)
    return jnp.stack([potential(coarse(q), X, Y).astype(jnp.float32), lam, n.astype(jnp.float32)])
