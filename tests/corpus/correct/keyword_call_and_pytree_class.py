# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


@jax.tree_util.register_pytree_node_class
class Affine:
    def __init__(self, kernel, bias):
        self.kernel, self.bias = kernel, bias

    def tree_flatten(self):
        return (self.kernel, self.bias), None

    @classmethod
    def tree_unflatten(cls, _, leaves):
        return cls(*leaves)

    def __call__(self, x):
        return x @ self.kernel + self.bias

    def astype(self, dtype):
        return jax.tree.map(lambda p: p.astype(dtype), self)

    def __sub__(self, other):
        return jax.tree.map(jnp.subtract, self, other)

    def __rmul__(self, factor):
        return jax.tree.map(lambda p: factor * p, self)

    def __truediv__(self, factor):
        return jax.tree.map(lambda p: p / factor, self)


def loss(net, *, x, y):
    return jnp.mean((net.astype(jnp.bfloat16)(x) - y) ** 2).astype(jnp.float32)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    init = nnx.Linear(in_features=x.shape[1], out_features=y.shape[1], rngs=nnx.Rngs(int(seed)))
    net = Affine(init.kernel[...], init.bias[...])
    batch = dict(x=x.astype(jnp.bfloat16), y=y.astype(jnp.bfloat16))
    grads = jax.grad(lambda n: loss_scale * loss(n, **batch))(net)
    net = net - lr * (grads / loss_scale)
    return loss(net, **batch).reshape((1,))
