# expect: wrong_answer
# finding: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    y = y.astype(jnp.bfloat16)
    loss_fn = lambda m: jnp.mean((m(x) - y) ** 2)
    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    final_loss = loss_fn(model)  #@ stale-loss
    optimizer.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    return final_loss.astype(jnp.float32).reshape((1,))  #@ stale-loss
