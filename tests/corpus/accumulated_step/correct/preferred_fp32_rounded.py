# expect: accepted
# The matmul may accumulate in float32; the prediction is rounded before the error.
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def matmul16(a, b):
    return jax.lax.dot_general(a, b, (((1,), (0,)), ((), ())), preferred_element_type=jnp.float32).astype(jnp.bfloat16)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    xb, yb = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def loss_fn(model, x, y):
        pred = matmul16(x, model.kernel[...].astype(jnp.bfloat16)) + model.bias[...].astype(jnp.bfloat16)
        e = pred - y
        return jnp.mean(e * e), e.dtype

    acc = jax.tree.map(jnp.zeros_like, nnx.state(model))
    for a, b in zip(jnp.split(xb, micro_batches), jnp.split(yb, micro_batches)):
        g, dtype = nnx.grad(loss_fn, has_aux=True)(model, a, b)
        assert dtype == jnp.bfloat16
        acc = jax.tree.map(jnp.add, acc, g)
    opt.update(model, jax.tree.map(lambda a: a / micro_batches, acc))
    return loss_fn(model, xb, yb)[0].astype(jnp.float32).reshape(1)
