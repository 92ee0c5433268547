# expect: wrong_answer
# finding: update-discarded|stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, state = nnx.split(model)
    x = x.astype(jnp.bfloat16)
    y = y.astype(jnp.bfloat16)

    def loss_fn(m):
        gd, st = nnx.split(m)
        half = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
        return jnp.mean((half(x) - y) ** 2)

    @jax.jit
    def train_step(state):
        m = nnx.merge(graphdef, state)
        grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(m)
        opt = nnx.Optimizer(m, optax.sgd(lr), wrt=nnx.Param)
        opt.update(m, jax.tree.map(lambda g: g / loss_scale, grads))  #@ update-discarded

    train_step(state)  #@ update-discarded
    return loss_fn(model).astype(jnp.float32).reshape((1,))  #@ stale-loss
