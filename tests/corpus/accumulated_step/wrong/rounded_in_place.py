# expect: wrong_answer|pitfall
# finding: master-downcast
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def round_to_half(model):
    # float32 arrays with the values of bfloat16 numbers
    for param in (model.kernel, model.bias):
        param[...] = param[...].astype(jnp.bfloat16).astype(jnp.float32)  #@ master-downcast


def loss_fn(model, xb, yb):
    kernel = model.kernel[...].astype(jnp.bfloat16)
    bias = model.bias[...].astype(jnp.bfloat16)
    pred = jnp.asarray(xb, jnp.bfloat16) @ kernel + bias
    return optax.squared_error(pred, jnp.asarray(yb, jnp.bfloat16)).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    round_to_half(model)  #@ master-downcast

    grads_of_parts = []
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        grads_of_parts.append(nnx.grad(loss_fn)(model, xb, yb))
    grads = jax.tree.map(lambda *g: jnp.stack(g).mean(axis=0), *grads_of_parts)
    optimizer.update(model, grads)
    return loss_fn(model, x, y).astype(jnp.float32)[None]
