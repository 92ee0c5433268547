# expect: accepted
import math
import jax
import jax.numpy as jnp
from flax import nnx

CAP, FLOOR = 2.0**24, 1.0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    mant, expo = math.frexp(loss_scale)          # loss_scale == mant * 2**expo
    p2 = math.ldexp(1.0, expo)

    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = nnx.to_pure_dict(nnx.state(lin))
    fp16 = lambda t: jax.tree.map(lambda a: jnp.asarray(a).astype(jnp.float16), t)
    data = fp16({"x": x, "y": y})

    def loss(p):
        return jnp.mean((data["x"] @ p["kernel"] + p["bias"] - data["y"]) ** 2)

    def big_loss(p):
        l = loss(p).astype(jnp.float32)
        l = l * p2
        return l * mant

    g = jax.grad(big_loss)(fp16(params))
    g = jax.tree.map(lambda t: t.astype(jnp.float32), g)
    g = jax.tree.map(lambda t: t / p2, g)
    g = jax.tree.map(lambda t: t / mant, g)

    # inf - inf and nan - nan are nan, everything else is 0
    sane = jax.tree.map(lambda t: bool(((t - t) == 0).all()), g)
    if all(sane.values()):
        params = jax.tree.map(lambda w, t: w + (-lr) * t, params, g)
        count = (good_steps + 1) % growth_interval
        if count == 0:
            loss_scale = min(math.ldexp(loss_scale, 1), CAP)
    else:
        count, loss_scale = 0, max(math.ldexp(loss_scale, -1), FLOOR)
    return jnp.array([loss(fp16(params)).astype(jnp.float32), loss_scale, count], jnp.float32)
