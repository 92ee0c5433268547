# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@jax.custom_vjp
def amplify(loss, scale):
    return loss.astype(jnp.float32) * scale


def _amplify_fwd(loss, scale):
    return amplify(loss, scale), scale


def _amplify_bwd(scale, ct):
    return (ct * scale).astype(jnp.float16), jnp.zeros_like(scale)


amplify.defvjp(_amplify_fwd, _amplify_bwd)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    S = jnp.float32(loss_scale)
    f16 = lambda t: optax.tree_utils.tree_cast(t, jnp.float16)
    f32 = lambda t: optax.tree_utils.tree_cast(t, jnp.float32)
    graph, theta = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    data = f16({"x": jnp.asarray(x), "y": jnp.asarray(y)})

    def energy(half_theta):
        return jnp.mean((nnx.merge(graph, half_theta)(data["x"]) - data["y"]) ** 2)

    force = jax.grad(lambda h: amplify(energy(h), S))(f16(theta))
    force = jax.tree.map(lambda f: f / S, f32(force))

    # a finite norm has finite parts; float32 squares of these are far from 3e38
    ok = bool(jnp.isfinite(optax.global_norm(force)))

    if ok:
        theta = jax.tree.map(lambda t, f: t - lr * f, theta, force)
    streak = (good_steps + 1) * ok
    if ok and streak == growth_interval:
        S, streak = S * 2, 0
    elif not ok:
        S = S / 2
    S = jnp.clip(S, 1.0, 2.0**24)
    return jnp.array([energy(f16(theta)).astype(jnp.float32), S, streak], dtype=jnp.float32)
