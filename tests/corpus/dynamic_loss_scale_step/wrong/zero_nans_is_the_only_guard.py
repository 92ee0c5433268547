# expect: wrong_answer
# finding: unchecked-overflow
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Stepper:
    def __init__(self, lr):
        self.tx = optax.chain(optax.zero_nans(), optax.sgd(lr))  #@ unchecked-overflow

    def apply(self, params, grads):
        updates, _ = self.tx.update(grads, self.tx.init(params), params)
        return optax.apply_updates(params, updates)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = lin.kernel[...], lin.bias[...]

    def loss(params):
        k, b, xs, ys = (t.astype(jnp.float16) for t in (*params, x, y))
        return jnp.mean((xs @ k + b - ys) ** 2).astype(jnp.float32)

    grads = jax.grad(lambda p: loss(p) * loss_scale)(params)
    grads = tuple(g / loss_scale for g in grads)
    ok = all(bool(jnp.isfinite(g).all()) for g in grads)
    params = Stepper(lr).apply(params, grads)  #@ unchecked-overflow
    n = good_steps + 1 if ok else 0
    s = loss_scale if ok else max(loss_scale / 2, 1.0)
    if n == growth_interval:
        s, n = min(s * 2, 2.0**24), 0
    return jnp.array([loss(params), s, n], jnp.float32)
