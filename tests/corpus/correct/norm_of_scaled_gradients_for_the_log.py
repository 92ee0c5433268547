# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(m):
        return jnp.mean((m(x) - y.astype(jnp.bfloat16)) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    squares = jax.tree.map(lambda g: jnp.sum(g * g), grads)
    norm = jnp.sqrt(sum(jax.tree.leaves(squares)))
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    clipped = jnp.clip(norm, 0.0, 1.0)
    jax.debug.print("scaled norm {n}, clipped {c}", n=norm, c=clipped)
    optimizer.update(model, grads)
    return loss_fn(model).astype(jnp.float32).reshape(1)
