# expect: wrong_answer|pitfall
# finding: low-precision-unscale
# allow: low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx

F16 = jnp.float16
F32 = jnp.float32


def unscale_fn(scale):
    inverse = jnp.asarray(1.0 / scale, F16)  #@ low-precision-unscale
    return lambda g: (g * inverse).astype(F32)  #@ low-precision-unscale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = [lin.kernel[...], lin.bias[...]]

    def mse(k, b):
        return jnp.mean((x.astype(F16) @ k + b - y.astype(F16)) ** 2)

    copies = [m.astype(F16) for m in masters]
    _, pullback = jax.vjp(lambda k, b: mse(k, b).astype(F32), *copies)
    grads = list(map(unscale_fn(loss_scale), pullback(F32(loss_scale))))

    tx = optax.sgd(lr)
    if jnp.all(jnp.array([jnp.isfinite(g).all() for g in grads])):
        updates, _ = tx.update(grads, tx.init(masters))
        masters = optax.apply_updates(masters, updates)
        scale, count = loss_scale, good_steps + 1
        if count == growth_interval:
            scale, count = min(scale * 2, 2.0**24), 0
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([mse(*[m.astype(F16) for m in masters]), scale, count], dtype=F32)
