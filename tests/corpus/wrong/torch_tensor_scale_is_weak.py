# expect: pitfall|wrong_answer
# finding: low-precision-loss-scale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class GradScaler:
    def __init__(self, init_scale=2.0 ** 16):
        self._scale = jnp.asarray(init_scale)      # torch: full((1,), init_scale, dtype=float32)

    def scale(self, outputs):
        return (outputs * self._scale).astype(jnp.float32)  #@ low-precision-loss-scale

    def unscale(self, grads):
        return [g.astype(jnp.float32) / self._scale for g in grads]


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    scaler = GradScaler(init_scale=loss_scale)
    weight, bias = lin.kernel[...], lin.bias[...]

    def loss(weight, bias):
        h = lambda t: t.astype(jnp.bfloat16)
        out = h(x) @ h(weight) + h(bias)
        return jnp.mean(jnp.square(out - h(y)))

    grads = jax.grad(lambda *p: scaler.scale(loss(*p)), argnums=(0, 1))(weight, bias)
    grads = scaler.unscale(grads)
    tx = optax.sgd(lr)
    params = [weight, bias]
    upd, _ = tx.update(grads, tx.init(params))
    weight, bias = optax.apply_updates(params, upd)
    return loss(weight, bias).astype(jnp.float32).reshape(1)
