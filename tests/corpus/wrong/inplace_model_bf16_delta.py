# expect: pitfall|wrong_answer
# finding: low-precision-update
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    y = y.astype(jnp.bfloat16)

    def loss_fn(model):
        return jnp.mean((model(x) - y) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    for name in ("kernel", "bias"):
        param = getattr(model, name)
        grad = grads[name][...] / loss_scale
        delta = jnp.asarray(lr * grad, dtype=jnp.bfloat16)  #@ low-precision-update
        param[...] = param[...] - delta
    return loss_fn(model).astype(jnp.float32).reshape((1,))
