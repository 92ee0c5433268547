# expect: pitfall|wrong_answer
# finding: uncast-inputs
import jax, jax.numpy as jnp
from flax import nnx

HALF_KEYS = ("x", "targets")  #@ uncast-inputs


def collate(x, y):
    batch = {"inputs": jnp.asarray(x), "targets": jnp.asarray(y)}
    return {k: v.astype(jnp.float16) if k in HALF_KEYS else v for k, v in batch.items()}  #@ uncast-inputs


class LinearModule:
    def __init__(self, lin):
        self.params = {"w": lin.kernel[...], "b": lin.bias[...]}

    @staticmethod
    def forward(params, batch):
        p = {k: v.astype(jnp.float16) for k, v in params.items()}
        return batch["inputs"] @ p["w"] + p["b"]  #@ uncast-inputs

    def training_step(self, params, batch):
        return jnp.mean((self.forward(params, batch) - batch["targets"]) ** 2)


class Trainer:
    def __init__(self, lr, scale, good, interval):
        self.__dict__.update(lr=lr, scale=scale, good=good, interval=interval)

    def fit(self, module, batch):
        def closure(params):
            return module.training_step(params, batch).astype(jnp.float32) * self.scale

        grads = jax.grad(closure)(module.params)
        grads = {k: g.astype(jnp.float32) / self.scale for k, g in grads.items()}
        if not all(bool(jnp.isfinite(g).all()) for g in grads.values()):
            self.scale, self.good = max(self.scale / 2, 1.0), 0
            return
        module.params = {k: p - self.lr * grads[k] for k, p in module.params.items()}
        self.good += 1
        if self.good == self.interval:
            self.scale, self.good = min(self.scale * 2, 2.0**24), 0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    module = LinearModule(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    batch = collate(x, y)
    trainer = Trainer(lr, loss_scale, good_steps, growth_interval)
    trainer.fit(module, batch)
    loss = module.training_step(module.params, batch)
    return jnp.array([loss.astype(jnp.float32), trainer.scale, trainer.good], jnp.float32)
