# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def as_half(tree):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), tree)


def mse(p, x, y):
    return jnp.mean((x @ p["w"] + p["b"] - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    xs = as_half(x).reshape(micro_batches, -1, x.shape[1])
    ys = as_half(y).reshape(micro_batches, -1, y.shape[1])

    def objective(params):
        p = as_half(params)  #@ low-precision-accumulator

        def body(total, part):
            return total + mse(p, *part).astype(jnp.float32), None  #@ low-precision-accumulator

        total, _ = jax.lax.scan(body, jnp.float32(0), (xs, ys))  #@ low-precision-accumulator
        return total

    grads = jax.grad(objective)(params)
    grads = jax.tree.map(lambda g: g / micro_batches, grads)
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params))
    params = optax.apply_updates(params, updates)
    return mse(as_half(params), as_half(x), as_half(y)).astype(jnp.float32)[None]
