# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    gdef, p = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))

    def loss(p, batch):
        net = nnx.merge(gdef, optax.tree_utils.tree_cast(p, jnp.bfloat16))
        xx, yy = optax.tree_utils.tree_cast(batch, jnp.bfloat16)
        return optax.l2_loss(net(xx), yy).mean() * 2    # l2_loss has a factor 1/2

    batches = jax.tree.map(lambda a: a.reshape((micro_batches, a.shape[0] // micro_batches) + a.shape[1:]), (x, y))
    stacked = jax.lax.map(lambda batch: jax.grad(loss)(p, batch), batches)
    mean = jax.tree.map(lambda s: jnp.sum(s, 0) / micro_batches, stacked)
    p = jax.tree.map(lambda a, g: a - lr * g, p, mean)
    return loss(p, (x, y)).astype(jnp.float32).reshape(1)
