# expect: pitfall|wrong_answer
# finding: low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def share(grads, parts):
    """What one part gives to the mean."""
    return jax.tree.map(lambda g: (g / parts).astype(jnp.bfloat16), grads)  #@ low-precision-grads


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    loss = lambda m, x, y: jnp.mean(jnp.square(m(x) - y))
    mean = jax.tree.map(jnp.zeros_like, nnx.state(model))
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        piece = share(nnx.grad(loss)(model, a, b), micro_batches)
        mean = jax.tree.map(lambda s, v: s + v.astype(jnp.float32), mean, piece)
    opt.update(model, mean)
    return loss(model, x, y).astype(jnp.float32).reshape(1)
