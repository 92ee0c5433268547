# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def rounded(model):
    for name in ("kernel", "bias"):
        var = getattr(model, name)
        var[...] = var[...].astype(jnp.bfloat16).astype(jnp.float32)  #@ master-downcast
    return model


def predict(model, x):
    w, b = model.kernel[...], model.bias[...]
    return x.astype(jnp.bfloat16) @ w.astype(jnp.bfloat16) + b.astype(jnp.bfloat16)


def loss_fn(model, x, y):
    return jnp.mean(jnp.square(predict(model, x) - y.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    half_model = rounded(model)
    size = x.shape[0] // micro_batches
    acc = None
    for k in range(micro_batches):
        rows = slice(k * size, (k + 1) * size)
        g = nnx.grad(loss_fn)(half_model, x[rows], y[rows])
        acc = g if acc is None else jax.tree.map(lambda a, b: a + b, acc, g)
    optimizer.update(model, jax.tree.map(lambda a: a / micro_batches, acc))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
