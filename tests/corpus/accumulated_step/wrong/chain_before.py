# expect: pitfall|wrong_answer
# finding: low-precision-grads|low-precision-accumulator
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def in_dtype_of_compute(dtype):
    def update(updates, params=None):
        return jax.tree.map(lambda u: u.astype(dtype).astype(u.dtype), updates)  #@ low-precision-grads, low-precision-accumulator

    return optax.stateless(update)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (layer.kernel[...], layer.bias[...])
    compute = jnp.bfloat16

    def loss(params, x, y):
        w, b = params
        err = x.astype(compute) @ w.astype(compute) + b.astype(compute) - y.astype(compute)
        return jnp.mean(err ** 2)

    tx = optax.chain(in_dtype_of_compute(compute), optax.sgd(lr))  #@ low-precision-grads, low-precision-accumulator
    xs = x.reshape(micro_batches, -1, x.shape[1])
    ys = y.reshape(micro_batches, -1, y.shape[1])
    grads = jax.vmap(jax.grad(loss), (None, 0, 0))(params, xs, ys)
    mean = jax.tree.map(lambda g: jnp.sum(g, axis=0) / micro_batches, grads)
    updates, _ = tx.update(mean, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return loss(params, x, y).astype(jnp.float32).reshape(1)
