# expect: pitfall|wrong_answer
# finding: uncast-targets
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@jax.tree_util.register_pytree_node_class
class Batch:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def tree_flatten(self):
        return (self.x,), self.y      # y is "metadata"  #@ uncast-targets

    @classmethod
    def tree_unflatten(cls, y, children):
        return cls(*children, y)


def half(tree):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), tree)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    tx = optax.sgd(lr)

    def loss(params):
        net, batch = nnx.merge(graphdef, half(params)), half(Batch(x, y))
        return jnp.mean(jnp.square(net(batch.x) - batch.y)).astype(jnp.float32)  #@ uncast-targets

    grads = jax.tree.map(lambda g: g / loss_scale, jax.grad(lambda p: loss(p) * loss_scale)(params))
    updates, _ = tx.update(grads, tx.init(params), params)
    return loss(optax.apply_updates(params, updates)).reshape(1)
