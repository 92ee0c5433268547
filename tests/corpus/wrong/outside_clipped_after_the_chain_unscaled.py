# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    tx = optax.chain(optax.scale(1 / loss_scale), optax.clip_by_global_norm(0.01), optax.sgd(lr))
    optimizer = nnx.Optimizer(model, tx, wrt=nnx.Param)

    def mse(m):
        return jnp.mean((m(x) - y.astype(jnp.bfloat16)) ** 2)

    optimizer.update(model, nnx.grad(lambda m: mse(m).astype(jnp.float32) * loss_scale)(model))
    return mse(model).astype(jnp.float32).reshape(1)
