# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx

HALF = jnp.float16


def _predict_one(p, xi):
    """One row: (D_in,) -> (D_out,)"""
    return jnp.tensordot(xi, p["kernel"], axes=1) + p["bias"]


def _half_loss(p16, x16, y16):
    preds = jax.vmap(_predict_one, in_axes=(None, 0))(p16, x16)
    return jnp.mean(jnp.square(preds - y16))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    module = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    master = {"kernel": module.kernel[...], "bias": module.bias[...]}
    x16, y16 = jnp.asarray(x, HALF), jnp.asarray(y, HALF)
    down = lambda t: jax.tree.map(lambda a: a.astype(HALF), t)

    scale = jnp.asarray(loss_scale, jnp.float32)
    p16 = down(master)
    objective = lambda p: _half_loss(p, x16, y16).astype(jnp.float32) * scale

    # Linearize at the parameters, then transpose the tangent map: the gradient of the objective.
    _, tangent_map = jax.linearize(objective, p16)
    (g16,) = jax.linear_transpose(tangent_map, p16)(jnp.ones((), jnp.float32))
    g32 = jax.tree.map(lambda a: a.astype(jnp.float32) / scale, g16)

    # inf - inf and nan - nan are nan, so x - x == 0 says finite
    verdicts = jax.tree.leaves(jax.tree.map(lambda a: jnp.all(a - a == 0), g32))
    finite = verdicts[0]
    for v in verdicts[1:]:
        finite = jnp.logical_and(finite, v)

    master = jax.tree.map(
        lambda p, g: jax.lax.select(jnp.broadcast_to(finite, p.shape), p - jnp.float32(lr) * g, p),
        master,
        g32,
    )

    count = jnp.int32(good_steps) + 1
    choices = [  # 0: overflow, 1: good, 2: good and time to grow
        (jnp.maximum(scale * 0.5, 1.0), jnp.int32(0)),
        (scale, count),
        (jnp.minimum(scale * 2.0, 2.0**24), jnp.int32(0)),
    ]
    which = finite.astype(jnp.int32) * (1 + (count >= growth_interval).astype(jnp.int32))
    scale, count = jax.lax.switch(which, [lambda c=c: c for c in choices])
    loss = _half_loss(down(master), x16, y16)
    return jnp.array([jnp.float32(loss), scale, jnp.float32(count)])
