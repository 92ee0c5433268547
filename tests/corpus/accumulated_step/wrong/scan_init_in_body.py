# expect: pitfall|wrong_answer
# finding: last-micro-batch-only
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)
    rows = x.shape[0] // micro_batches

    def loss_fn(params, x, y):
        net = nnx.merge(graphdef, optax.tree.cast(params, jnp.bfloat16))
        diff = net(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)
        return jnp.mean(diff * diff)

    acc = optax.tree.zeros_like(params)

    def body(carry, start):
        xb = jax.lax.dynamic_slice_in_dim(x, start, rows)
        yb = jax.lax.dynamic_slice_in_dim(y, start, rows)
        grads = jax.grad(loss_fn)(params, xb, yb)
        carry = optax.tree.add(acc, grads)  #@ last-micro-batch-only
        return carry, optax.tree.norm(grads)

    starts = jnp.arange(micro_batches) * rows
    total, _norms = jax.lax.scan(body, acc, starts)
    mean = optax.tree.scale(1 / micro_batches, total)

    tx = optax.sgd(lr)
    updates, _ = tx.update(mean, tx.init(params))
    params = optax.apply_updates(params, updates)
    return loss_fn(params, x, y).astype(jnp.float32).reshape(1)
