# expect: accepted
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx


def affine(x, kernel, bias):
    z = lax.dot_general(x, kernel, (((1,), (0,)), ((), ())), preferred_element_type=jnp.float32)
    return lax.convert_element_type(z, jnp.float16) + lax.broadcast_in_dim(bias, z.shape, (1,))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = (layer.kernel[...], layer.bias[...])
    xh, yh = (lax.convert_element_type(a, jnp.float16) for a in (x, y))

    def objective(theta):
        k, b = (lax.convert_element_type(t, jnp.float16) for t in theta)
        d = lax.sub(affine(xh, k, b), yh)
        return lax.convert_element_type(jnp.mean(lax.mul(d, d)), jnp.float32)

    _, tangent_map = jax.linearize(lambda t: objective(t) * loss_scale, theta)
    (cotangents,) = jax.linear_transpose(tangent_map, theta)(jnp.float32(1.0))
    grads = [c / loss_scale for c in cotangents]

    ok = lax.reduce_and(jnp.concatenate([jnp.isfinite(g).ravel() for g in grads]), (0,))
    theta = tuple(lax.select(jnp.broadcast_to(ok, p.shape), p - lr * g, p) for p, g in zip(theta, grads))
    n = (good_steps + 1) % growth_interval
    up = jnp.float32(loss_scale if n else min(loss_scale * 2, 2.0**24))
    down = jnp.float32(max(loss_scale * 0.5, 1.0))
    return jnp.stack([objective(theta), lax.select(ok, up, down), jnp.where(ok, n, 0).astype(jnp.float32)])
