# expect: wrong_answer|pitfall
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


class Tensor:
    def __init__(self, array):
        self.array = jnp.asarray(array)

    def half(self):
        return Tensor(self.array.astype(np.half))  #@ wrong-half-dtype

    def float(self):
        return Tensor(self.array.astype(np.single))


def functional_linear(inp, weight, bias):
    return inp @ weight + bias


def mse_loss(inp, target):
    return jnp.mean((inp - target) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    fc = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    weight, bias = fc.kernel[...], fc.bias[...]
    x16, y16 = Tensor(x).half().array, Tensor(y).half().array

    def closure(weight, bias, a, b):
        out = functional_linear(a, Tensor(weight).half().array, Tensor(bias).half().array)
        return mse_loss(out, b)

    weight_grad, bias_grad = 0.0, 0.0
    for a, b in zip(jnp.split(x16, micro_batches), jnp.split(y16, micro_batches)):
        dw, db = jax.grad(closure, (0, 1))(weight, bias, a, b)
        weight_grad = weight_grad + dw / micro_batches
        bias_grad = bias_grad + db / micro_batches
    weight = weight - lr * weight_grad
    bias = bias - lr * bias_grad
    return Tensor(closure(weight, bias, x16, y16)).float().array.reshape(1)
