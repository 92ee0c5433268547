# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    graphdef, state = nnx.split(model, nnx.Param)
    state16 = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
    model16 = nnx.merge(graphdef, state16)
    y_pred = model16(x.astype(jnp.bfloat16))
    return jnp.mean((y_pred - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    assert x.shape[0] % micro_batches == 0
    batch_size = x.shape[0] // micro_batches
    total_grads = None
    total_loss = 0.0
    for i in range(micro_batches):
        xb = x[i * batch_size : (i + 1) * batch_size]
        yb = y[i * batch_size : (i + 1) * batch_size]
        loss, grads = nnx.value_and_grad(loss_fn)(model, xb, yb)
        total_loss += float(loss)
        print("part", i, "loss", float(loss))
        if total_grads is None:
            total_grads = grads
        else:
            total_grads = jax.tree.map(lambda a, b: a + b, total_grads, grads)
    print("mean loss before the step:", total_loss / micro_batches)
    total_grads = jax.tree.map(lambda g: g / micro_batches, total_grads)
    optimizer.update(model, total_grads)
    final = loss_fn(model, x, y)
    print("after:", final)
    return jnp.array([float(final)], dtype=jnp.float32)
