# expect: pitfall|wrong_answer
# finding: full-precision-forward
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Dense(nnx.Module):
    def __init__(self, inner):
        self.inner = inner

    def __call__(self, x):
        w = self.inner.kernel[...].astype(jnp.bfloat16)
        b = self.inner.bias[...].astype(jnp.bfloat16)
        acc = jnp.promote_types(jnp.bfloat16, jnp.float32)
        # accumulate in higher precision
        z = jax.lax.dot_general(x.astype(acc), w.astype(acc), (((1,), (0,)), ((), ())))  #@ full-precision-forward
        return z.astype(x.dtype) + b


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = Dense(nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed))))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = jnp.bfloat16(x), jnp.bfloat16(y)

    def loss_fn(model):
        return jnp.float32(jnp.mean((model(x) - y) ** 2)) * loss_scale

    grads = nnx.grad(loss_fn)(model)
    optimizer.update(model, jax.tree.map(lambda g: jnp.float32(g) / loss_scale, grads))
    return jnp.reshape(loss_fn(model) / loss_scale, 1)
