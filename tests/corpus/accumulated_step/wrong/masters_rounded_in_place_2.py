# expect: pitfall|wrong_answer
# finding: master-downcast
"""Wrong: the stored parameters are rounded in place before the gradients, and the update moves these rounded ones."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def round_params(model):
    for p in (model.kernel, model.bias):
        p[...] = p[...].astype(jnp.bfloat16)  #@ master-downcast
    return model


def loss_fn(model, x, y):
    w, b = model.kernel[...].astype(jnp.bfloat16), model.bias[...].astype(jnp.bfloat16)
    err = x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)
    return jnp.mean(err ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = round_params(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))  #@ master-downcast
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grad = nnx.grad(loss_fn)
    grads = [grad(model, a, b) for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    opt.update(model, jax.tree.map(lambda *g: sum(g) / micro_batches, *grads))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
