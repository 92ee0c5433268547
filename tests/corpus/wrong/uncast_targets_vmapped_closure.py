# expect: pitfall|wrong_answer
# finding: uncast-targets
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def to_half(tree):
    return jax.tree_util.tree_map(lambda a: a.astype(jnp.bfloat16), tree)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))

    def batch_loss(params):
        half, xh = to_half((params, x))
        net = nnx.merge(graphdef, half)

        def one(i):
            return jnp.mean((net(xh[i]) - y[i]) ** 2)  #@ uncast-targets

        return jnp.mean(jax.vmap(one)(jnp.arange(x.shape[0])))

    tx = optax.sgd(lr)
    grads = jax.grad(lambda p: batch_loss(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree_util.tree_map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    updates, _ = tx.update(grads, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return batch_loss(params).astype(jnp.bfloat16).astype(jnp.float32).reshape(1)
