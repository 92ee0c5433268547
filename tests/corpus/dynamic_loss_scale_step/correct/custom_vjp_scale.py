# expect: accepted
"""The scale is put in by a custom_vjp "gate": identity forwards, times S backwards."""
import jax
import jax.numpy as jnp
from flax import nnx


@jax.custom_vjp
def amplify(loss, scale):
    return loss * scale


def _amplify_fwd(loss, scale):
    return loss * scale, (loss, scale)


def _amplify_bwd(res, ct):
    loss, scale = res
    return ct * scale, ct * loss


amplify.defvjp(_amplify_fwd, _amplify_bwd)


@jax.custom_vjp
def to_half(p):
    return p.astype(jnp.float16)


to_half.defvjp(
    lambda p: (p.astype(jnp.float16), None),
    lambda _, ct: (ct.astype(jnp.float32),),
)


@jax.jit
def _loss(params, x, y):
    kernel, bias = map(to_half, params)
    err = jnp.matmul(to_half(x), kernel) + bias - to_half(y)
    return jnp.mean(err * err)


@jax.jit
def _grads(params, x, y, scale):
    g = jax.grad(lambda p: amplify(_loss(p, x, y).astype(jnp.float32), scale))(params)
    return tuple(gi / scale for gi in g)


@jax.jit
def _advance(params, grads, lr, scale, good, interval):
    fine = jnp.array(True)
    for g in grads:
        fine = fine & jnp.all(jnp.isfinite(g))
    params = tuple(jnp.where(fine, p - lr * g, p) for p, g in zip(params, grads))
    good = good + 1
    hit = fine & (good >= interval)
    scale = jnp.where(hit, scale * 2.0, jnp.where(fine, scale, scale * 0.5))
    good = jnp.where(hit | ~fine, 0, good)
    return params, jnp.clip(scale, 1.0, 2.0**24), good


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (layer.kernel[...], layer.bias[...])
    x, y = jnp.asarray(x), jnp.asarray(y)
    scale = jnp.float32(loss_scale)
    grads = _grads(params, x, y, scale)
    params, scale, good = _advance(
        params, grads, jnp.float32(lr), scale, jnp.int32(good_steps), jnp.int32(growth_interval)
    )
    loss = _loss(params, x, y).astype(jnp.float32)
    return jnp.stack([loss, scale, good.astype(jnp.float32)])
