# expect: wrong_answer|pitfall
# finding: full-precision-forward
# allow: full-precision-final-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, xb, yb):
    xb = xb.astype(jnp.bfloat16)
    yb = yb.astype(jnp.bfloat16)
    pred = model(xb)  #@ full-precision-forward
    err = pred - yb
    return jnp.mean(jnp.square(err))


def split_rows(array, parts):
    size = array.shape[0] // parts
    return [array[i * size:(i + 1) * size] for i in range(parts)]


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    total = None
    for xb, yb in zip(split_rows(x, micro_batches), split_rows(y, micro_batches)):
        grads = nnx.grad(loss_fn)(model, xb, yb)
        total = grads if total is None else jax.tree.map(jnp.add, total, grads)
    mean = jax.tree.map(lambda t: t / micro_batches, total)
    optimizer.update(model, mean)
    return loss_fn(model, x, y).astype(jnp.float32).reshape((1,))
