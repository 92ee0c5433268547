# expect: pitfall|wrong_answer
# finding: summed-grads
# finding: uncast-targets
"""Wrong: the mean is computed, but the optimizer gets the sum; and the targets are subtracted in float32."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    graphdef, state = nnx.split(model, nnx.Param)
    half = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))
    error = jnp.subtract(half(x.astype(jnp.bfloat16)), y)  #@ uncast-targets
    return jnp.mean(jnp.square(error.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grads = [nnx.grad(loss_fn)(model, a, b) for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    total = jax.tree.map(lambda *g: sum(g), *grads)
    grads = jax.tree.map(lambda t: t / micro_batches, total)
    assert jax.tree.structure(grads) == jax.tree.structure(total)
    optimizer.update(model, total)  #@ summed-grads
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
