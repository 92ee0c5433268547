# expect: pitfall|wrong_answer
# finding: masked-by-multiplication
import jax
import jax.numpy as jnp
import optax
from flax import nnx

F16 = jnp.float16


class Trainer:
    def __init__(self, seed, d_in, d_out):
        m = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(int(seed)))
        self.params = (m.kernel[...], m.bias[...])

    @staticmethod
    def loss(params, x, y):
        k, b = params
        return jnp.mean((jnp.dot(x, k.astype(F16)) + b.astype(F16) - y) ** 2)

    def backward(self, x, y, scale):
        g = jax.grad(lambda p: self.loss(p, x, y).astype(jnp.float32) * scale)(self.params)
        return tuple(t.astype(jnp.float32) / scale for t in g)

    def step(self, grads, lr):
        opt = optax.sgd(lr)
        updates, _ = opt.update(grads, opt.init(self.params))
        self.params = optax.apply_updates(self.params, updates)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    t = Trainer(seed, x.shape[1], y.shape[1])
    x, y = jnp.asarray(x).astype(F16), jnp.asarray(y).astype(F16)
    grads = t.backward(x, y, loss_scale)
    ok = bool(jnp.isfinite(grads[0]).all() & jnp.isfinite(grads[1]).all())

    # a step with a learning rate of 0 is no step
    t.step(grads, lr if ok else 0.0)  #@ masked-by-multiplication

    count = good_steps + 1 if ok else 0
    if ok and count == growth_interval:
        loss_scale, count = min(2 * loss_scale, 2.0**24), 0
    if not ok:
        loss_scale = max(loss_scale / 2, 1.0)
    return jnp.array([t.loss(t.params, x, y), loss_scale, count], dtype=jnp.float32)
