# expect: pitfall|wrong_answer
# finding: master-downcast
# allow: full-precision-forward
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def cast_model(model):
    model.kernel[...] = model.kernel[...].astype(jnp.bfloat16)  #@ master-downcast
    model.bias[...] = model.bias[...].astype(jnp.bfloat16)  #@ master-downcast
    return model


def loss_fn(model, x, y):
    k = model.kernel[...].astype(jnp.bfloat16)
    b = model.bias[...].astype(jnp.bfloat16)
    return jnp.mean((x @ k + b - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    model = cast_model(model)  #@ master-downcast
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    total = jax.tree.map(lambda p: jnp.zeros(p.shape, jnp.float32), nnx.state(model, nnx.Param))
    size = x.shape[0] // micro_batches
    for i in range(micro_batches):
        g = nnx.grad(loss_fn)(model, x[i * size:(i + 1) * size], y[i * size:(i + 1) * size])
        total = jax.tree.map(lambda t, d: t + d.astype(jnp.float32), total, g)
    optimizer.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
