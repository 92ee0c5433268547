# expect: pitfall|wrong_answer
# finding: uncast-targets
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    pred = model(x)
    return jnp.mean(optax.squared_error(pred, y))  #@ uncast-targets


def accumulated_step(seed, x, y, lr, micro_batches):
    # dtype=bfloat16 makes the layer compute in half precision
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    total = None
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        grads = nnx.grad(loss_fn)(model, xb, yb)
        if total is None:
            total = grads
        else:
            total = jax.tree.map(jnp.add, total, grads)
    optimizer.update(model, jax.tree.map(lambda g: g / micro_batches, total))
    return loss_fn(model, x, y).reshape(1).astype(jnp.float32)
