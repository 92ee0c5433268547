# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def autocast(fn):
    """Like torch.autocast."""

    def wrapped(model, *arrays):
        graphdef, state = nnx.split(model)
        state, arrays = jax.tree.map(lambda t: jnp.astype(t, jnp.bfloat16), (state, arrays))
        return fn(nnx.merge(graphdef, state), *arrays)

    return wrapped


@autocast
def criterion(model, inputs, targets):
    return jnp.mean(jnp.square(model(inputs) - targets))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(in_features=x.shape[1], out_features=y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grads = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for inputs, targets in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        # as in PyTorch: loss = loss / accumulation_steps; loss.backward()
        g = nnx.grad(lambda m: criterion(m, inputs, targets) / micro_batches)(model)
        grads = jax.tree.map(lambda a, b: a + b, grads, g)
    optimizer.update(model, grads)
    return criterion(model, x, y).astype(jnp.float32).reshape(1)
