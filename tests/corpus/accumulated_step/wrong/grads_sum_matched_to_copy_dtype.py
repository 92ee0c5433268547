# expect: pitfall|wrong_answer
# finding: low-precision-grads|low-precision-accumulator
import jax
import jax.numpy as jnp
from flax import nnx


class AccumulatingSGD:
    def __init__(self, masters, lr):
        self.masters = masters
        self.lr = lr
        self.copy = [m.astype(jnp.bfloat16) for m in masters]
        self.sums = [jnp.zeros(m.shape, jnp.float32) for m in masters]

    def accumulate(self, grads):
        self.sums = [s + g.astype(jnp.float32) for s, g in zip(self.sums, grads)]

    def step(self, count):
        # optimizers want gradients of the same dtype as the parameters
        total = [s.astype(c.dtype) for s, c in zip(self.sums, self.copy)]  #@ low-precision-accumulator, low-precision-grads
        mean = [t.astype(jnp.float32) / count for t in total]
        self.masters = [m - self.lr * g for m, g in zip(self.masters, mean)]
        self.copy = [m.astype(jnp.bfloat16) for m in self.masters]


def loss_fn(copy, x, y):
    return jnp.mean((x @ copy[0] + copy[1] - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    trainer = AccumulatingSGD([layer.kernel[...], layer.bias[...]], lr)
    x = x.astype(jnp.bfloat16)
    y = y.astype(jnp.bfloat16)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        trainer.accumulate(jax.grad(loss_fn)(trainer.copy, xb, yb))
    trainer.step(micro_batches)
    return loss_fn(trainer.copy, x, y).astype(jnp.float32).reshape(1)
