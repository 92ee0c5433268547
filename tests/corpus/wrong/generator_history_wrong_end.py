# expect: pitfall|wrong_answer
# finding: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def history(model, optimizer, x, y, scale, steps):
    def plain(m):
        return jnp.mean((m(x) - y.astype(jnp.bfloat16)) ** 2)

    yield plain(model)  #@ stale-loss
    for _ in range(steps):
        grads = nnx.grad(lambda m: plain(m).astype(jnp.float32) * scale)(model)
        optimizer.update(model, jax.tree.map(lambda g: g / scale, grads))
        yield plain(model)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    losses = [*history(model, optimizer, x, y, loss_scale, 1)]  #@ stale-loss
    return losses[-2].astype(jnp.float32).reshape(1)  #@ stale-loss
