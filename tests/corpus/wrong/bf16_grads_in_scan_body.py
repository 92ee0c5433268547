# expect: pitfall|wrong_answer
# finding: low-precision-grads
import jax
import jax.numpy as jnp
from flax import nnx


def cast(tree, dtype):
    return jax.tree.map(lambda a: a.astype(dtype), tree)


def mse(p, x, y):
    p, x, y = cast((p, x, y), jnp.bfloat16)
    return jnp.mean((jnp.einsum("ni,io->no", x, p["w"]) + p["b"] - y) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p0 = {"w": lin.kernel[...], "b": lin.bias[...]}

    def body(p, batch):
        xi, yi = batch
        g = jax.grad(lambda q: mse(q, xi, yi).astype(jnp.float32) * loss_scale)(p)
        g = jax.tree.map(lambda a: a / loss_scale, g)
        g = cast(g, jnp.bfloat16)  #@ low-precision-grads
        g = cast(g, jnp.float32)
        p = jax.tree.map(lambda a, b: a - lr * b, p, g)
        return p, None

    p1, _ = jax.lax.scan(body, p0, (x[jnp.newaxis], y[jnp.newaxis]))
    return mse(p1, x, y).astype(jnp.float32).reshape(1)
