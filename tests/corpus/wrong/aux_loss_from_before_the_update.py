# expect: wrong_answer
# finding: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@nnx.jit
def train_step(model, optimizer, x, y, scale):
    def loss_fn(model):
        gdef, st = nnx.split(model, nnx.Param)
        half = nnx.merge(gdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
        mse = jnp.mean((half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2).astype(jnp.float32)
        return mse * scale, {"loss": mse, "pred_dtype": jnp.zeros((), jnp.bfloat16)}

    (_, metrics), grads = nnx.value_and_grad(loss_fn, has_aux=True)(model)
    optimizer.update(model, jax.tree.map(lambda g: g / scale, grads))
    return metrics


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    metrics = train_step(model, optimizer, x, y, loss_scale)
    return metrics["loss"].reshape(1)  #@ stale-loss
