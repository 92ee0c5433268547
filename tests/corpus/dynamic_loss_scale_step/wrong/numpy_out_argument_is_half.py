# expect: pitfall|wrong_answer
# finding: low-precision-grads
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


class GradBuffer:
    def __init__(self, like):
        self.data = [np.empty_like(np.asarray(a)) for a in like]

    def fill(self, grads, scale):
        with np.errstate(all='ignore'):
            for buf, g in zip(self.data, grads):
                np.divide(np.asarray(g).astype(np.float32), np.float32(scale), out=buf, casting='same_kind')  #@ low-precision-grads
        return self

    def float(self):
        return [jnp.asarray(b, jnp.float32) for b in self.data]


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    master = [net.kernel[...], net.bias[...]]
    work = [m.astype(jnp.float16) for m in master]
    X, Y = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)

    def loss(w):
        return optax.losses.squared_error(jnp.dot(X, w[0]) + w[1], Y).mean().astype(jnp.float32)

    g16 = jax.grad(lambda w: loss(w) * loss_scale)(work)
    finite = all(np.isfinite(np.asarray(g)).all() for g in g16)
    grads = GradBuffer(work).fill(g16, loss_scale).float()
    if finite:
        sgd = optax.sgd(lr)
        master = optax.apply_updates(master, sgd.update(grads, sgd.init(master))[0])
    n = good_steps + 1
    s, n = ((loss_scale, n) if n < growth_interval else (min(loss_scale * 2, 2.0**24), 0)) if finite else (max(loss_scale / 2, 1.0), 0)
    return jnp.array([loss([m.astype(jnp.float16) for m in master]), s, n], jnp.float32)
