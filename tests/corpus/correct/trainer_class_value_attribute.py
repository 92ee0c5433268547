# expect: accepted
"""Object-oriented: a Trainer owns the master weights."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Trainer:
    compute_dtype = jnp.bfloat16

    def __init__(self, model, lr, loss_scale):
        self.model = model
        self.loss_scale = loss_scale
        self.tx = optax.sgd(lr)
        self.opt_state = self.tx.init(self.params)

    @property
    def params(self):
        return {"kernel": self.model.kernel[...], "bias": self.model.bias[...]}

    @params.setter
    def params(self, new):
        self.model.kernel[...] = new["kernel"]
        self.model.bias[...] = new["bias"]

    def loss(self, params, x, y):
        dt = self.compute_dtype
        k, b = params["kernel"].astype(dt), params["bias"].astype(dt)
        return jnp.mean((x.astype(dt) @ k + b - y.astype(dt)) ** 2)

    def step(self, x, y):
        def scaled(params):
            return self.loss(params, x, y).astype(jnp.float32) * self.loss_scale

        grads = jax.grad(scaled)(self.params)
        grads = {k: g / self.loss_scale for k, g in grads.items()}
        updates, self.opt_state = self.tx.update(grads, self.opt_state)
        self.params = optax.apply_updates(self.params, updates)

    def evaluate(self, x, y):
        return self.loss(self.params, x, y).astype(jnp.float32)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    t = Trainer(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), lr, loss_scale)
    t.step(x, y)
    return t.evaluate(x, y).reshape((1,))
