# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class ScaleState(nnx.Variable):
    pass


class Trainer(nnx.Module):
    def __init__(self, d_in, d_out, lr, scale, count, interval, *, rngs):
        self.net = nnx.Linear(d_in, d_out, rngs=rngs)
        self.opt = nnx.Optimizer(self.net, optax.sgd(lr), wrt=nnx.Param)
        self.scale = ScaleState(jnp.asarray(scale, jnp.float32))
        self.count = ScaleState(jnp.asarray(count, jnp.float32))
        self.interval = interval

    def loss(self, net, x, y):
        g, s = nnx.split(net)
        net16 = nnx.merge(g, jax.tree.map(lambda v: v.astype(jnp.float16), s))
        d = net16(x.astype(jnp.float16)) - y.astype(jnp.float16)
        return jnp.mean(d**2)

    def __call__(self, x, y):
        scale = self.scale[...]
        grads = nnx.grad(lambda n: self.loss(n, x, y).astype(jnp.float32) * scale)(self.net)
        grads = jax.tree.map(lambda g: g / scale, grads)
        finite = jnp.all(jnp.array([jnp.all(jnp.isfinite(g)) for g in jax.tree.leaves(grads)]))
        before = jax.tree.map(jnp.copy, nnx.state(self.net))
        self.opt.update(self.net, grads)
        after = nnx.state(self.net)
        nnx.update(self.net, jax.tree.map(lambda a, b: jnp.where(finite, a, b), after, before))
        n = self.count[...] + 1.0
        self.scale[...] = jnp.where(
            finite,
            jnp.where(n == self.interval, jnp.minimum(scale * 2.0, 2.0**24), scale),
            jnp.maximum(scale * 0.5, 1.0),
        )
        self.count[...] = jnp.where(finite & (n < self.interval), n, 0.0)


@nnx.jit
def advance(trainer, x, y):
    trainer(x, y)
    return trainer.loss(trainer.net, x, y)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    t = Trainer(x.shape[1], y.shape[1], lr, loss_scale, good_steps, growth_interval, rngs=nnx.Rngs(int(seed)))
    loss = advance(t, x, y)
    return jnp.stack([loss.astype(jnp.float32), t.scale[...], t.count[...]])
