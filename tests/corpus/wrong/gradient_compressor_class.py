# expect: pitfall|wrong_answer
# finding: low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Compressor:
    """Half the traffic for the all-reduce."""

    def pack(self, tree):
        return jax.tree.map(lambda g: g.astype(jnp.bfloat16), tree)

    def unpack(self, tree):
        return jax.tree.map(lambda g: g.astype(jnp.float32), tree)


@nnx.jit
def train_step(model, optimizer, x, y, loss_scale):
    def loss_fn(m):
        gd, st = nnx.split(m)
        half = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
        return jnp.mean((half(x) - y) ** 2).astype(jnp.float32)

    wire = Compressor()
    grads = nnx.grad(lambda m: loss_fn(m) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    packed = wire.pack(grads)  #@ low-precision-grads
    optimizer.update(model, wire.unpack(packed))
    return loss_fn(model)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    loss = train_step(model, optimizer, x.astype(jnp.bfloat16), y.astype(jnp.bfloat16), loss_scale)
    return loss.reshape((1,))
