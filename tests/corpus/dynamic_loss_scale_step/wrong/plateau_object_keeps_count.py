# expect: pitfall|wrong_answer
# finding: count-not-reset
import dataclasses
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclasses.dataclass
class LossScale:
    value: float
    good: int
    interval: int

    def good_step(self):
        n = self.good + 1
        if n == self.interval:
            return LossScale(min(self.value * 2, 2.0**24), 0, self.interval)
        return dataclasses.replace(self, good=n)

    def bad_step(self):
        return dataclasses.replace(self, value=max(self.value / 2, 1.0))  #@ count-not-reset


class Experiment:
    def __init__(self, model, lr, ls):
        self.graph, self.masters = nnx.split(model)
        self.tx, self.ls = optax.sgd(lr), ls

    def forward_loss(self, masters, x16, y16):
        net = nnx.merge(self.graph, optax.tree_utils.tree_cast(masters, jnp.float16))
        return jnp.mean(jnp.square(y16 - net(x16))).astype(jnp.float32)

    def run(self, x16, y16):
        s = self.ls.value
        g = jax.grad(lambda m: self.forward_loss(m, x16, y16) * s)(self.masters)
        g = jax.tree.map(lambda t: t / s, g)
        if all(jnp.isfinite(t).all() for t in jax.tree.leaves(g)):
            u, _ = self.tx.update(g, self.tx.init(self.masters))
            self.masters = optax.apply_updates(self.masters, u)
            self.ls = self.ls.good_step()
        else:
            self.ls = self.ls.bad_step()
        return self.forward_loss(self.masters, x16, y16)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    e = Experiment(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), lr,
                   LossScale(loss_scale, good_steps, growth_interval))
    loss = e.run(jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16))
    return jnp.array([loss, e.ls.value, e.ls.good], jnp.float32)
