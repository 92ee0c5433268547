# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model: nnx.Linear, x: jax.Array, y: jax.Array) -> jax.Array:
    preds = model(x)  # nnx.Linear(dtype=bfloat16) casts parameters and inputs
    return jnp.mean(jnp.square(preds - y.astype(preds.dtype)))


@nnx.jit
def train_step(model, optimizer, xs, ys):
    graphdef, params = nnx.split(model, nnx.Param)

    @nnx.scan(in_axes=(nnx.Carry, None, 0, 0), out_axes=(nnx.Carry, 0))
    def accumulate(acc, params, xb, yb):
        loss, grads = nnx.value_and_grad(loss_fn)(nnx.merge(graphdef, params), xb, yb)
        grads = nnx.to_pure_dict(grads)
        return jax.tree.map(jnp.add, acc, grads), loss

    acc = jax.tree.map(jnp.zeros_like, nnx.to_pure_dict(params))
    acc, losses = accumulate(acc, nnx.as_pure(params), xs, ys)

    grads = jax.tree.map(lambda p: p, params)
    nnx.replace_by_pure_dict(grads, jax.tree.map(lambda g: g / xs.shape[0], acc))
    optimizer.update(model, grads)
    return losses


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(
        x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed))
    )
    optimizer = nnx.Optimizer(model, optax.sgd(learning_rate=lr), wrt=nnx.Param)
    xs = jnp.reshape(x, (micro_batches, x.shape[0] // micro_batches, x.shape[1]))
    ys = jnp.reshape(y, (micro_batches, y.shape[0] // micro_batches, y.shape[1]))
    train_step(model, optimizer, xs, ys)
    loss = nnx.jit(loss_fn)(model, x, y)
    return loss.astype(jnp.float32).reshape(1)
