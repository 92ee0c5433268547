# expect: pitfall|wrong_answer
# finding: low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"k": lin.kernel[...], "b": lin.bias[...]}
    cast = optax.tree_utils.tree_cast

    def loss(params, x, y):
        q, x, y = cast((params, x, y), jnp.bfloat16)
        return jnp.mean(jnp.square(jnp.einsum("ni,io->no", x, q["k"]) + q["b"] - y))

    tx = optax.sgd(lr)
    total = jax.tree.map(jnp.zeros_like, params)
    for xs, ys in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total = jax.tree.map(jnp.add, total, jax.grad(loss)(params, xs, ys))
    mean = jax.tree.map(lambda t: t / micro_batches, total)
    updates, _ = tx.update(mean, tx.init(params), params)
    params = optax.apply_updates(params, cast(updates, jnp.bfloat16))  #@ low-precision-update
    return loss(params, x, y).astype(jnp.float32).reshape(1)
