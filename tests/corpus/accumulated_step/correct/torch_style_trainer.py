# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


class Trainer:
    def __init__(self, seed, d_in, d_out, lr):
        layer = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(int(seed)))
        self.params = [layer.kernel[...], layer.bias[...]]
        self.lr = lr
        self.zero_grad()

    def zero_grad(self):
        self.grad = [jnp.zeros(p.shape, dtype=p.dtype) for p in self.params]

    @staticmethod
    def criterion(params, x, y):
        weight, bias = params
        pred = x.astype(jnp.bfloat16) @ weight.astype(jnp.bfloat16)
        pred = pred + bias.astype(jnp.bfloat16)
        return ((pred - y.astype(jnp.bfloat16)) ** 2).mean()

    def backward(self, x, y, accumulation_steps):
        def scaled(params):
            return self.criterion(params, x, y) / accumulation_steps

        new = jax.grad(scaled)(self.params)
        for i in range(len(new)):
            self.grad[i] = self.grad[i] + new[i]

    def step(self):
        for i, g in enumerate(self.grad):
            self.params[i] = self.params[i] - self.lr * g


def accumulated_step(seed, x, y, lr, micro_batches):
    trainer = Trainer(seed, x.shape[1], y.shape[1], lr)
    trainer.zero_grad()
    for xb, yb in zip(jnp.array_split(x, micro_batches), jnp.array_split(y, micro_batches)):
        trainer.backward(xb, yb, micro_batches)
    trainer.step()
    loss = trainer.criterion(trainer.params, x, y)
    return loss.astype(jnp.float32).reshape(1)
