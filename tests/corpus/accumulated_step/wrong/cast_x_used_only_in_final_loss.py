# expect: pitfall|wrong_answer
# finding: uncast-inputs
import jax
import jax.numpy as jnp
from flax import nnx


def forward(p, x):
    w, b = p["w"].astype(jnp.bfloat16), p["b"].astype(jnp.bfloat16)
    return (x @ w + b).astype(jnp.bfloat16)  #@ uncast-inputs


def loss(p, x, y):
    e = forward(p, x) - y.astype(jnp.bfloat16)
    return jnp.mean(e * e)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"w": lin.kernel[...], "b": lin.bias[...]}
    x16 = x.astype(jnp.bfloat16)
    rows = x.shape[0] // micro_batches
    acc = jax.tree.map(jnp.zeros_like, p)
    for lo in range(0, x.shape[0], rows):
        g = jax.grad(loss)(p, x[lo:lo + rows], y[lo:lo + rows])  #@ uncast-inputs
        acc = jax.tree.map(jnp.add, acc, g)
    p = jax.tree.map(lambda a, s: a - lr * s / micro_batches, p, acc)
    return loss(p, x16, y).astype(jnp.float32).reshape(1)
