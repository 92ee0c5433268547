# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
from flax import nnx


def to(dtype, tree):
    return jax.tree.map(lambda a: a.astype(dtype), tree)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, master = nnx.split(model)
    compute = to(jnp.bfloat16, master)  #@ master-downcast
    x16, y16 = to(jnp.bfloat16, (x, y))

    def loss_fn(compute):
        pred = nnx.merge(graphdef, compute)(x16)
        return jnp.mean(jnp.square(pred - y16))

    grads16 = jax.grad(lambda c: loss_fn(c).astype(jnp.float32) * loss_scale)(compute)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads16)
    master = jax.tree.map(lambda p, g: p - lr * g, compute, grads)  #@ master-downcast
    return loss_fn(to(jnp.bfloat16, master)).astype(jnp.float32).reshape(1)
