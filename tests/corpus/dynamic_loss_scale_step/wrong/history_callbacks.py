# expect: pitfall|wrong_answer
# finding: scaled-loss-returned
# finding: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class History:
    def __init__(self):
        self.logs = {}

    def append(self, **kwargs):
        for key, value in kwargs.items():
            self.logs.setdefault(key, []).append(value)

    def last(self, key):
        return self.logs[key][-1]


class Trainer:
    def __init__(self, layer, optimizer, scale, good, interval):
        self.graphdef, self.params = nnx.split(layer)
        self.optimizer = optimizer
        self.scale, self.good, self.interval = scale, good, interval
        self.history = History()

    def compute(self, tree):
        return jax.tree.map(lambda a: jnp.asarray(a, jnp.float16), tree)

    def loss(self, params, x, y):
        return jnp.mean(jnp.square(nnx.merge(self.graphdef, params)(x) - y))

    def train_step(self, x, y):
        def objective(p):
            return self.loss(p, x, y).astype(jnp.float32) * self.scale

        value, grads = jax.value_and_grad(objective)(self.compute(self.params))
        self.history.append(loss=value)  #@ scaled-loss-returned
        grads = jax.tree.map(lambda g: g.astype(jnp.float32) / self.scale, grads)
        self.on_gradients(grads, all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads)))

    def on_gradients(self, grads, finite):
        if not finite:
            self.scale, self.good = max(self.scale / 2, 1.0), 0
            return
        updates, _ = self.optimizer.update(grads, self.optimizer.init(self.params))
        self.params = optax.apply_updates(self.params, updates)
        self.good += 1
        if self.good >= self.interval:
            self.scale, self.good = min(self.scale * 2, 2.0**24), 0

    def fit(self, x, y):
        x, y = self.compute((x, y))
        self.train_step(x, y)
        return self.history


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    trainer = Trainer(layer, optax.sgd(lr), loss_scale, good_steps, growth_interval)
    loss = trainer.fit(x, y).last("loss")  #@ stale-loss
    return jnp.array([loss, trainer.scale, trainer.good], dtype=jnp.float32)  #@ scaled-loss-returned, stale-loss
