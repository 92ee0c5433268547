# expect: pitfall|wrong_answer
# finding: low-precision-grads
import jax, jax.numpy as jnp, optax
from flax import nnx


def cast_stage(dtype):
    return optax.stateless(lambda updates, params: jax.tree.map(lambda u: u.astype(dtype), updates))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    tx = optax.chain(
        optax.scale(1.0 / loss_scale),
        cast_stage(jnp.bfloat16),  #@ low-precision-grads
        cast_stage(jnp.float32),
        optax.sgd(lr),
    )
    optimizer = nnx.Optimizer(model, tx, wrt=nnx.Param)

    def loss_fn(model):
        return jnp.mean(optax.squared_error(model(x), y.astype(jnp.bfloat16)))

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    optimizer.update(model, grads)  #@ low-precision-grads
    return loss_fn(model).astype(jnp.float32).reshape(1)
