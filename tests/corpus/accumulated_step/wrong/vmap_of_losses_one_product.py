# expect: pitfall|wrong_answer
# finding: low-precision-accumulator|low-precision-grads
import jax, jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = {"A": lin.kernel[...], "t": lin.bias[...]}
    grp = lambda a: jnp.asarray(a, jnp.bfloat16).reshape(micro_batches, -1, a.shape[1])

    def part(theta, x, y):
        h = jax.tree.map(lambda v: v.astype(jnp.bfloat16), theta)
        return jnp.mean((x @ h["A"] + h["t"] - y) ** 2)

    def everything(theta):
        return jnp.sum(jax.vmap(part, in_axes=(None, 0, 0))(theta, grp(x), grp(y)).astype(jnp.float32))  #@ low-precision-accumulator

    g = jax.grad(everything)(theta)
    theta = jax.tree.map(lambda v, d: v - lr * d / micro_batches, theta, g)
    return part(theta, jnp.asarray(x, jnp.bfloat16), jnp.asarray(y, jnp.bfloat16)).astype(jnp.float32).reshape(1)
