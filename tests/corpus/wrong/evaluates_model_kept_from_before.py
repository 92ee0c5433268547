# expect: wrong_answer
# finding: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    graphdef, state = nnx.split(model)
    compute_model = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))
    x16, y16 = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def loss_fn(m):
        return jnp.mean((m(x16) - y16) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(compute_model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    opt.update(model, grads)
    new_loss = loss_fn(compute_model)  #@ stale-loss
    return new_loss.astype(jnp.float32).reshape((1,))  #@ stale-loss
