# expect: wrong_answer
# allow: low-precision-grads
import numpy as np
import jax
import jax.numpy as jnp
from flax import nnx


class FlatGradBuffer:
    """Wie ein DDP-Bucket: alle Gradienten hintereinander."""

    def __init__(self, shapes, dtype=np.float16):
        self.shapes = shapes
        self.sizes = [int(np.prod(s)) for s in shapes]
        self.flat = np.zeros(sum(self.sizes), dtype)

    def fill(self, grads):
        at = 0
        for g, n in zip(grads, self.sizes):
            self.flat[at:at + n] = g.ravel()
            at += n

    def views(self):
        parts = np.split(self.flat, np.cumsum(self.sizes)[:-1])
        return [p.reshape(s).astype(np.float32) for p, s in zip(parts, self.shapes)]


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    ps = [np.array(lin.kernel[...]), np.array(lin.bias[...])]
    x16, y16 = np.asarray(x, np.float16), np.asarray(y, np.float16)

    def mse(k, b):
        return jnp.mean((x16 @ k.astype(jnp.float16) + b.astype(jnp.float16) - y16) ** 2)

    gs = jax.grad(lambda k, b: mse(k, b).astype(jnp.float32) * loss_scale, argnums=(0, 1))(*ps)
    gs = [np.asarray(g, np.float32) / np.float32(loss_scale) for g in gs]
    ok = all(np.isfinite(g).all() for g in gs)
    bucket = FlatGradBuffer([p.shape for p in ps])
    bucket.fill(gs)
    if ok:
        ps = [p - np.float32(lr) * g for p, g in zip(ps, bucket.views())]
    c = (good_steps + 1) * ok
    s = loss_scale if ok else max(loss_scale / 2, 1.0)
    if c == growth_interval:
        s, c = min(s * 2, 2.0**24), 0
    return jnp.array([np.float32(mse(*ps)), s, c], jnp.float32)
