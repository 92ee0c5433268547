# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


@jax.custom_vjp
def down(a):
    """float32 -> float16, and float16 -> float32 on the way back."""
    return a.astype(jnp.float16)


down.defvjp(lambda a: (down(a), None), lambda _, ct: (ct.astype(jnp.float32),))


@jax.custom_vjp
def up_times(loss, s):
    return loss.astype(jnp.float32) * s


def _up_fwd(loss, s):
    return up_times(loss, s), s


def _up_bwd(s, ct):
    return (ct * s).astype(jnp.float16), jnp.zeros_like(s)


up_times.defvjp(_up_fwd, _up_bwd)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = dict(w=m.kernel[...], b=m.bias[...])

    def mse(p):
        e = down(x) @ down(p["w"]) + down(p["b"]) - down(y)
        return jnp.mean(jnp.square(e))

    g = jax.grad(lambda q: up_times(mse(q), jnp.float32(loss_scale)))(p)
    g = {k: v / np.float32(loss_scale) for k, v in g.items()}
    fin = np.all([np.isfinite(np.asarray(v)).all() for v in g.values()])
    q = {k: p[k] - np.float32(lr) * g[k] for k in p} if fin else p
    if not fin:
        tail = (max(loss_scale / 2, 1.0), 0)
    elif good_steps + 1 < growth_interval:
        tail = (loss_scale, good_steps + 1)
    else:
        tail = (min(loss_scale * 2, 2.0**24), 0)
    return np.array([np.float32(mse(q)), *tail], dtype=np.float32)
