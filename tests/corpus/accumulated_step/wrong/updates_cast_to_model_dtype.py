# expect: pitfall|wrong_answer
# finding: low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx

COMPUTE_DTYPE = jnp.bfloat16


def loss_fn(params, x, y):
    kernel, bias = jax.tree.map(lambda p: p.astype(COMPUTE_DTYPE), (params["kernel"], params["bias"]))
    pred = jnp.matmul(x, kernel) + bias
    return jnp.mean((pred - y) ** 2)


def optimizer_step(tx, params, grads):
    updates, _ = tx.update(grads, tx.init(params), params)
    updates = optax.tree_utils.tree_cast(updates, COMPUTE_DTYPE)  #@ low-precision-update
    return optax.apply_updates(params, updates)


def accumulated_step(seed, x, y, lr, micro_batches):
    params = nnx.to_pure_dict(nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))))
    x, y = jnp.asarray(x, COMPUTE_DTYPE), jnp.asarray(y, COMPUTE_DTYPE)
    fold = lambda a: a.reshape((micro_batches, a.shape[0] // micro_batches) + a.shape[1:])
    grads = jax.vmap(jax.grad(loss_fn), in_axes=(None, 0, 0))(params, fold(x), fold(y))
    grads = jax.tree.map(lambda g: g.sum(axis=0) / micro_batches, grads)
    params = optimizer_step(optax.sgd(lr), params, grads)
    return loss_fn(params, x, y).astype(jnp.float32).reshape((1,))
