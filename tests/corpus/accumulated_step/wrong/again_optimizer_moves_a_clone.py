# expect: wrong_answer
# finding: update-discarded|stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss(model, x, y):
    k, c = model.kernel[...].astype(jnp.bfloat16), model.bias[...].astype(jnp.bfloat16)
    return jnp.mean((x.astype(jnp.bfloat16) @ k + c - y.astype(jnp.bfloat16)) ** 2)


def apply_sgd(model, grads, lr):
    model = nnx.clone(model)  #@ update-discarded, stale-loss
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    optimizer.update(model, grads)  #@ update-discarded, stale-loss
    return optimizer


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    gs = [nnx.grad(loss)(model, *p) for p in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    apply_sgd(model, jax.tree.map(lambda *g: sum(g) / micro_batches, *gs), lr)  #@ update-discarded, stale-loss
    return loss(model, x, y).astype(jnp.float32).reshape(1)  #@ update-discarded, stale-loss
