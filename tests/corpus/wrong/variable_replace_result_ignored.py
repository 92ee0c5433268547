# expect: wrong_answer
# finding: update-discarded
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))

    def loss_fn(model):
        return jnp.mean((model(x) - y.astype(jnp.bfloat16)) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    for name in ("kernel", "bias"):
        param = getattr(model, name)
        param.replace(param[...] - lr * grads[name][...] / loss_scale)  #@ update-discarded
    return loss_fn(model).astype(jnp.float32).reshape((1,))
