# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class LitRegressor:
    """what would be a pl.LightningModule"""

    def __init__(self, d_in, d_out, seed, lr):
        self.hparams = {"lr": lr}
        self.layer = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(int(seed)))
        self.graphdef, self.weights = nnx.split(self.layer, nnx.Param)
        self.grad = None

    def forward(self, weights, x):
        half = jax.tree.map(lambda t: t.astype(jnp.bfloat16), weights)
        return nnx.merge(self.graphdef, half)(x)

    def training_step(self, weights, batch):
        x, y = batch
        x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
        return jnp.mean(jnp.square(self.forward(weights, x) - y))

    validation_step = training_step

    def configure_optimizers(self):
        return optax.sgd(self.hparams["lr"])

    def zero_grad(self):
        self.grad = jax.tree.map(jnp.zeros_like, self.weights)


class Trainer:
    def __init__(self, accumulate_grad_batches):
        self.k = accumulate_grad_batches

    def fit(self, module, loader):
        tx = module.configure_optimizers()
        opt_state = tx.init(module.weights)
        module.zero_grad()
        for idx, batch in enumerate(loader):
            g = jax.grad(module.training_step)(module.weights, batch)
            module.grad = jax.tree.map(lambda a, b: a + b / self.k, module.grad, g)
            if (idx + 1) % self.k == 0:
                upd, opt_state = tx.update(module.grad, opt_state)
                module.weights = optax.apply_updates(module.weights, upd)
                module.zero_grad()

    def validate(self, module, batch):
        return module.validation_step(module.weights, batch)


def accumulated_step(seed, x, y, lr, micro_batches):
    x, y = jnp.asarray(x), jnp.asarray(y)
    module = LitRegressor(x.shape[1], y.shape[1], seed, lr)
    trainer = Trainer(accumulate_grad_batches=micro_batches)
    trainer.fit(module, zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)))
    return jnp.asarray([trainer.validate(module, (x, y))], dtype=jnp.float32)
