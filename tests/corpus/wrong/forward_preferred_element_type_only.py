# expect: pitfall|wrong_answer
# finding: full-precision-forward
import jax
import jax.numpy as jnp
from flax import nnx
import optax


class Dense(nnx.Module):
    """a matmul 'in' bf16: asks for bf16 results"""

    def __init__(self, inner: nnx.Linear):
        self.inner = inner

    def __call__(self, x):
        z = jnp.dot(x, self.inner.kernel[...], preferred_element_type=jnp.bfloat16)  #@ full-precision-forward
        return z + self.inner.bias[...].astype(jnp.bfloat16)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = Dense(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    y = y.astype(jnp.bfloat16)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model):
        return jnp.mean((model(x) - y) ** 2).astype(jnp.float32)

    grads = nnx.grad(lambda m: loss_fn(m) * loss_scale)(model)
    optimizer.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    return loss_fn(model).reshape(1)
