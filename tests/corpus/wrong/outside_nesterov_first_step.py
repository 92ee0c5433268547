# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    tx = optax.chain(optax.scale(1.0 / loss_scale), optax.trace(decay=0.9, nesterov=True), optax.scale_by_learning_rate(lr))
    opt = nnx.Optimizer(model, tx, wrt=nnx.Param)
    t = y.astype(jnp.bfloat16)

    @nnx.jit
    def loss(m):
        return jnp.mean(jnp.square(m(x) - t)).astype(jnp.float32)

    opt.update(model, nnx.grad(lambda m: loss(m) * loss_scale)(model))
    return loss(model)[None]
