# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx
from jax.tree_util import GetAttrKey, register_pytree_with_keys_class


@register_pytree_with_keys_class
class Scaled:
    """A value together with the factor that is still in it."""

    def __init__(self, tree, factor):
        self.tree, self.factor = tree, factor

    def tree_flatten_with_keys(self):
        return ((GetAttrKey("tree"), self.tree),), self.factor

    def tree_flatten(self):
        return (self.tree,), self.factor

    @classmethod
    def tree_unflatten(cls, factor, children):
        return cls(children[0], factor)

    def true(self):
        return jax.tree.map(lambda leaf: leaf.astype(jnp.float32) / self.factor, self.tree)


def gradient_of(loss, scale):
    def scaled(p):
        return loss(p).astype(jnp.float32) * scale

    return lambda p: Scaled(jax.grad(scaled)(p), scale)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = [lin.kernel[...], lin.bias[...]]

    def loss(p):
        w, b, a, t = (v.astype(jnp.bfloat16) for v in (*p, x, y))
        return jnp.mean((a @ w + b - t) ** 2)

    raw = gradient_of(loss, loss_scale)(masters)
    raw = jax.tree.map(lambda v: v + 0.0, raw)
    masters = jax.tree.map(lambda p, g: p - lr * g, masters, raw.true())
    return loss(masters).astype(jnp.float32).reshape(1)
