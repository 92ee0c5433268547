# expect: accepted
"""Right: a custom_vjp function makes the bfloat16 copy, and its backward rule casts the gradient to float32."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@jax.custom_vjp
def to_half(master):
    return master.astype(jnp.bfloat16)


def _fwd(master):
    return to_half(master), None


def _bwd(_, g):
    return (g.astype(jnp.float32),)


to_half.defvjp(_fwd, _bwd)


def objective(params, batch):
    x, y = batch
    out = jnp.matmul(to_half(x), to_half(params["kernel"])) + to_half(params["bias"])
    return jnp.mean(jnp.square(out - to_half(y)))


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = dict(kernel=layer.kernel[...], bias=layer.bias[...])
    acc = optax.tree.zeros_like(params)
    for batch in zip(jnp.array_split(x, micro_batches), jnp.array_split(y, micro_batches)):
        acc = optax.tree.add(acc, jax.grad(objective)(params, batch))
    tx = optax.sgd(lr)
    updates, _ = tx.update(optax.tree.scale(1 / micro_batches, acc), tx.init(params))
    params = optax.apply_updates(params, updates)
    return jnp.asarray([objective(params, (x, y))], dtype=jnp.float32)
