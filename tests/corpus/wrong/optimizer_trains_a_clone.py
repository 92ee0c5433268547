# expect: wrong_answer
# finding: stale-loss|update-discarded
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    trained = nnx.clone(model)
    optimizer = nnx.Optimizer(trained, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(m):
        err = m(x) - y.astype(jnp.bfloat16)
        return jnp.mean(err * err)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(trained)
    optimizer.update(trained, jax.tree.map(lambda g: g / loss_scale, grads))  #@ update-discarded
    return loss_fn(model).astype(jnp.float32).reshape((1,))  #@ stale-loss
