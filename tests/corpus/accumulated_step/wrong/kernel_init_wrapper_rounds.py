# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def on_half_grid(init):
    def wrapped(key, shape, dtype=jnp.float32, *rest, **kw):
        return init(key, shape, dtype, *rest, **kw).astype(jnp.bfloat16).astype(dtype)  #@ master-downcast
    return wrapped


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16,
                       kernel_init=on_half_grid(nnx.initializers.lecun_normal()), rngs=nnx.Rngs(int(seed)))
    gd, masters = nnx.split(model)

    def loss(p, x, y):
        return jnp.mean((nnx.merge(gd, p)(x) - y.astype(jnp.bfloat16)) ** 2)

    total = optax.tree.zeros_like(masters)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total = optax.tree.add(total, jax.grad(loss)(masters, xb, yb))
    masters = optax.tree.add_scale(masters, -lr / micro_batches, total)
    return loss(masters, x, y).astype(jnp.float32)[None]
