# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    nn = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    P = [nn.kernel[...], nn.bias[...]]
    xs, ys = x.astype(jnp.float16), y.astype(jnp.float16)

    def mse(P):
        W, c = [p.astype(jnp.float16) for p in P]
        return jnp.mean((xs.dot(W) + c - ys) ** 2)

    G = jax.grad(lambda P: mse(P).astype(jnp.float32) * loss_scale)(P)
    step = lr / loss_scale  # Python floats, so this is exact enough
    everything_finite = bool(jnp.isfinite(G[0]).all() & jnp.isfinite(G[1]).all())
    if everything_finite:
        P = [p - step * g for p, g in zip(P, G)]
        good_steps += 1
        loss_scale, good_steps = (
            (min(loss_scale * 2, 2**24), 0) if good_steps >= growth_interval else (loss_scale, good_steps)
        )
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([jnp.float32(mse(P)), loss_scale, good_steps])
