# expect: wrong_answer
# finding: wrong-output-dtype
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = m.kernel[...], m.bias[...]
    x, y = jnp.bfloat16(x), jnp.bfloat16(y)

    def loss(w, b, x, y):
        return jnp.mean((x @ jnp.bfloat16(w) + jnp.bfloat16(b) - y) ** 2)

    acc_w, acc_b = 0.0, 0.0
    for xs, ys in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        gw, gb = jax.grad(loss, (0, 1))(w, b, xs, ys)
        acc_w, acc_b = acc_w + gw, acc_b + gb
    w, b = w - lr / micro_batches * acc_w, b - lr / micro_batches * acc_b
    return jnp.reshape(loss(w, b, x, y), (1,))  #@ wrong-output-dtype
