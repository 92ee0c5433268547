# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def forward_loss(params, x, y):
    w = params["kernel"].astype(jnp.bfloat16)
    b = params["bias"].astype(jnp.bfloat16)
    diff = jnp.dot(x, w) + b - y
    return jnp.mean(diff * diff)


value_and_grad = jax.jit(jax.value_and_grad(forward_loss))


class NumpySGD:
    """Masters and sums live on the host as np.float32."""

    def __init__(self, params, lr):
        self.params = {k: np.array(v, dtype=np.float32) for k, v in params.items()}
        self.lr = np.float32(lr)
        self.zero_grad()

    def zero_grad(self):
        self.grads = {k: np.zeros_like(v) for k, v in self.params.items()}

    def backward(self, x, y):
        _, grads = value_and_grad(self.params, x, y)
        for k, g in grads.items():
            self.grads[k] += np.asarray(g)

    def step(self, n):
        for k in self.params:
            self.params[k] = self.params[k] - self.lr * (self.grads[k] / np.float32(n))
        self.zero_grad()


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    sgd = NumpySGD({"kernel": model.kernel[...], "bias": model.bias[...]}, lr)

    x16 = np.asarray(x).astype(jnp.bfloat16)
    y16 = np.asarray(y).astype(jnp.bfloat16)
    for xb, yb in zip(np.split(x16, micro_batches), np.split(y16, micro_batches)):
        sgd.backward(xb, yb)
    sgd.step(micro_batches)

    loss, _ = value_and_grad(sgd.params, x16, y16)
    return jnp.asarray([loss], dtype=jnp.float32)
