# expect: wrong_answer
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    state = {"w": lin.kernel[...], "b": lin.bias[...]}

    def cost(s):
        out = jnp.matmul(x.astype(jnp.bfloat16), s["w"].astype(jnp.bfloat16)) + s["b"].astype(jnp.bfloat16)
        return jnp.mean((out - y.astype(jnp.bfloat16)) ** 2)

    grads = jax.grad(lambda s: cost(s).astype(jnp.float32) * loss_scale)(state)
    for key in state:
        state[key] -= lr * grads[key] / loss_scale
    answer = [float(cost(state))]
    return np.array([answer], dtype=np.float32)  #@ wrong-output-shape
