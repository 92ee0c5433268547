# expect: wrong_answer|pitfall
# finding: last-micro-batch-only
import jax
import jax.numpy as jnp
from flax import nnx


class Optimizer:
    def __init__(self, params, lr):
        self.params = params
        self.lr = lr
        self.grad = None

    def zero_grad(self):
        self.grad = {k: jnp.zeros_like(v) for k, v in self.params.items()}

    def backward(self, loss_fn, *batch):
        for k, g in jax.grad(loss_fn)(self.params, *batch).items():
            self.grad[k] += g

    def step(self, scale):
        self.params = {k: v - self.lr * scale * self.grad[k] for k, v in self.params.items()}


def mse(params, xb, yb):
    weight = params["weight"].astype(jnp.bfloat16)
    bias = params["bias"].astype(jnp.bfloat16)
    out = xb.astype(jnp.bfloat16) @ weight + bias
    return jnp.mean((out - yb.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = Optimizer({"weight": layer.kernel[...], "bias": layer.bias[...]}, lr)
    n = x.shape[0] // micro_batches
    for i in range(micro_batches):
        opt.zero_grad()  #@ last-micro-batch-only
        opt.backward(mse, x[i * n:(i + 1) * n], y[i * n:(i + 1) * n])
    opt.step(scale=1.0 / micro_batches)
    return mse(opt.params, x, y).astype(jnp.float32).reshape((1,))
