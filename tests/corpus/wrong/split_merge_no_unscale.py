# expect: wrong_answer
# finding: unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model):
        graphdef, params = nnx.split(model)
        params = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        pred = nnx.merge(graphdef, params)(x.astype(jnp.bfloat16))
        return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)

    loss, grads = nnx.value_and_grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    loss = loss / loss_scale  # unscale
    optimizer.update(model, grads)  #@ unscaled-grads
    return loss_fn(model).astype(jnp.float32).reshape((1,))
