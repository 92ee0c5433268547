# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def to_compute_precision(model):
    for name in ("kernel", "bias"):
        var = getattr(model, name)
        var[...] = var[...].astype(jnp.bfloat16).astype(jnp.float32)  #@ master-downcast
    return model


def loss_fn(model, x, y):
    w, b = model.kernel[...].astype(jnp.bfloat16), model.bias[...].astype(jnp.bfloat16)
    e = x @ w + b - y
    return jnp.mean(e * e)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = to_compute_precision(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))  #@ master-downcast
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    grads = [nnx.grad(loss_fn)(model, a, b) for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    optimizer.update(model, jax.tree.map(lambda *g: sum(g) / micro_batches, *grads))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
