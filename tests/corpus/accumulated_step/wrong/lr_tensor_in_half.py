# expect: pitfall|wrong_answer
# finding: low-precision-update|low-precision-grads
import jax, jax.numpy as jnp
from flax import nnx


class Optimizer:
    def __init__(self, learning_rate, dtype="bfloat16"):  #@ low-precision-update
        self.learning_rate = jnp.asarray(learning_rate, dtype)

    def multiply(self, a, b):
        return a * b.astype(a.dtype)  #@ low-precision-update

    def apply_gradients(self, pairs):
        return [v - self.multiply(self.learning_rate, g) for g, v in pairs]  #@ low-precision-update


@jax.jit
def objective(variables, xb, yb):
    k, b = (v.astype("bfloat16") for v in variables)
    return jnp.mean(jnp.square(jnp.einsum("bi,io->bo", xb, k) + b - yb))


def accumulated_step(seed, x, y, lr, micro_batches):
    dense = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    variables = [dense.kernel[...], dense.bias[...]]
    xb, yb = jnp.asarray(x, "bfloat16"), jnp.asarray(y, "bfloat16")
    xs, ys = xb.reshape(micro_batches, -1, xb.shape[1]), yb.reshape(micro_batches, -1, yb.shape[1])
    per = jax.vmap(jax.grad(objective), (None, 0, 0))(variables, xs, ys)
    mean = [g.mean(axis=0) for g in per]
    variables = Optimizer(lr).apply_gradients(zip(mean, variables))
    return objective(variables, xb, yb).astype("float32").reshape(1)
