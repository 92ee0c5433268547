# expect: accepted
"""Written the way I would in PyTorch: zero_grad / backward / step."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Autocast:
    """Runs a float32 module on bfloat16 copies of its parameters and inputs."""

    def __init__(self, module, dtype=jnp.bfloat16):
        self.graphdef, _ = nnx.split(module, nnx.Param)
        self.dtype = dtype

    def cast(self, tensor):
        return jnp.asarray(tensor).astype(self.dtype)

    def __call__(self, params, inputs):
        return nnx.merge(self.graphdef, jax.tree.map(self.cast, params))(self.cast(inputs))


class MSELoss:
    def __call__(self, prediction, target):
        return jnp.mean((prediction - target) ** 2)


class Trainer:
    def __init__(self, module, lr):
        self.module = module
        self.autocast = Autocast(module)
        self.criterion = MSELoss()
        self.optimizer = nnx.Optimizer(module, optax.sgd(lr), wrt=nnx.Param)
        self.grad = None
        self.calls = 0

    def parameters(self):
        return nnx.state(self.module, nnx.Param)

    def zero_grad(self):
        self.grad = jax.tree.map(lambda p: jnp.zeros(p.shape, jnp.float32), self.parameters())
        self.calls = 0

    def forward(self, params, xb, yb):
        out = self.autocast(params, xb)
        return self.criterion(out, self.autocast.cast(yb))

    def backward(self, xb, yb):
        grad = jax.grad(self.forward)(self.parameters(), xb, yb)
        self.grad = jax.tree.map(lambda acc, g: acc + g, self.grad, grad)
        self.calls += 1

    def step(self):
        scale = 1.0 / self.calls
        self.optimizer.update(self.module, jax.tree.map(lambda g: g * scale, self.grad))

    def evaluate(self, xb, yb):
        return self.forward(self.parameters(), xb, yb)


class DataLoader:
    def __init__(self, x, y, batch_size):
        self.x, self.y, self.batch_size = x, y, batch_size

    def __iter__(self):
        for i in range(0, len(self.x), self.batch_size):
            yield self.x[i:i + self.batch_size], self.y[i:i + self.batch_size]


def accumulated_step(seed, x, y, lr, micro_batches):
    linear = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    trainer = Trainer(linear, lr)
    trainer.zero_grad()
    for xb, yb in DataLoader(x, y, batch_size=len(x) // micro_batches):
        trainer.backward(xb, yb)
    trainer.step()
    return jnp.reshape(trainer.evaluate(x, y), (1,)).astype(jnp.float32)
