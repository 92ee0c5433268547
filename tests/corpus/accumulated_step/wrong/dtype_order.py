# expect: pitfall|wrong_answer
# finding: uncast-targets
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def prepare(model, x, y):
    """Brings everything to the dtype in which we compute."""
    graphdef, state = nnx.split(model, nnx.Param)
    model = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))
    y = y.astype(x.dtype)  #@ uncast-targets
    x = x.astype(jnp.bfloat16)
    return model, x, y


def loss_fn(model, x, y):
    model, x, y = prepare(model, x, y)
    return jnp.mean((model(x) - y) ** 2).astype(jnp.bfloat16)  #@ uncast-targets


@nnx.jit(static_argnames="k")
def train(model, optimizer, x, y, k):
    parts = zip(jnp.split(x, k), jnp.split(y, k))
    grads = [nnx.grad(loss_fn)(model, xb, yb) for xb, yb in parts]
    mean = jax.tree.map(lambda *g: sum(g) / k, *grads)
    optimizer.update(model, mean)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    train(model, optimizer, x, y, k=micro_batches)
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
