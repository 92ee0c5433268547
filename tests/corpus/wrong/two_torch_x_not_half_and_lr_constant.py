# expect: pitfall|wrong_answer
# finding: uncast-inputs
# finding: lr-ignored
import jax, jax.numpy as jnp, optax
from flax import nnx


class Net:
    def __init__(self, params):
        self.params = params

    def half(self):
        return Net(jax.tree.map(lambda p: p.astype(jnp.bfloat16), self.params))

    def __call__(self, inputs):
        z = jnp.tensordot(inputs, self.params["weight"], axes=1)  #@ uncast-inputs
        return z.astype(jnp.bfloat16) + self.params["bias"]


jax.tree_util.register_pytree_node(Net, lambda n: ((n.params,), None), lambda _, c: Net(*c))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    init = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    net = Net({"weight": init.kernel[...], "bias": init.bias[...]})
    target = y.astype(jnp.bfloat16)
    optimizer = optax.sgd(learning_rate=0.01)  #@ lr-ignored

    def loss_fn(net):
        out = net.half()(x)  #@ uncast-inputs
        return jnp.mean((out - target) ** 2).astype(jnp.float32)

    grads = jax.grad(lambda n: loss_fn(n) * loss_scale)(net)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    updates, _ = optimizer.update(grads, optimizer.init(net), net)  #@ lr-ignored
    net = jax.tree.map(jnp.add, net, updates)
    return loss_fn(net).reshape(1)
