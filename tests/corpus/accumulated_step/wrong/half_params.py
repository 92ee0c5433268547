# expect: wrong_answer|pitfall
# finding: master-downcast
# allow: low-precision-accumulator
# allow: low-precision-update
# allow: low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, xb, yb):
    error = model(xb.astype(jnp.bfloat16)) - yb.astype(jnp.bfloat16)
    return jnp.mean(error ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(
        x.shape[1],
        y.shape[1],
        dtype=jnp.bfloat16,
        param_dtype=jnp.bfloat16,  #@ master-downcast
        rngs=nnx.Rngs(int(seed)),
    )
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    total = jax.tree.map(lambda p: jnp.zeros(p.shape, jnp.float32), nnx.state(model, nnx.Param))
    rows = x.shape[0] // micro_batches
    for i in range(micro_batches):
        window = slice(rows * i, rows * i + rows)
        grads = nnx.grad(loss_fn)(model, x[window], y[window])
        total = jax.tree.map(lambda t, g: t + g.astype(jnp.float32), total, grads)
    optimizer.update(model, jax.tree.map(lambda t: t / micro_batches, total))

    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
