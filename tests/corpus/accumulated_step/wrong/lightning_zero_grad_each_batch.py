# expect: pitfall|wrong_answer
# finding: last-micro-batch-only
import jax, jax.numpy as jnp
from flax import nnx


class Module:
    def __init__(self, seed, i, o, lr, accumulate_grad_batches):
        lin = nnx.Linear(i, o, rngs=nnx.Rngs(int(seed)))
        self.p = {"w": lin.kernel[...], "b": lin.bias[...]}
        self.g = {}
        self.lr, self.k = lr, accumulate_grad_batches

    def zero_grad(self):
        for n in self.p:
            self.g[n] = jnp.zeros_like(self.p[n])

    def shared_step(self, p, batch):
        x, y = batch
        return jnp.mean((x @ p["w"].astype(jnp.bfloat16) + p["b"].astype(jnp.bfloat16) - y) ** 2)

    def manual_backward(self, batch):
        for n, g in jax.grad(self.shared_step)(self.p, batch).items():
            self.g[n] += g

    def training_step(self, batch, batch_idx):
        self.zero_grad()  #@ last-micro-batch-only
        self.manual_backward(batch)
        if batch_idx % self.k == self.k - 1:
            for n in self.p:
                self.p[n] = self.p[n] - self.lr * self.g[n] / self.k


def accumulated_step(seed, x, y, lr, micro_batches):
    m = Module(seed, x.shape[1], y.shape[1], lr, micro_batches)
    data = jnp.asarray(x).astype(jnp.bfloat16), jnp.asarray(y).astype(jnp.bfloat16)
    n = len(x) // micro_batches
    for idx in range(micro_batches):
        m.training_step(tuple(d[idx * n:idx * n + n] for d in data), idx)
    return m.shared_step(m.p, data).astype(jnp.float32).reshape(1)
