# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half(tree):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), tree)


def full(tree):
    return jax.tree.map(lambda a: a.astype(jnp.float32), tree)


def prepare(model):
    """Brings the model into shape for mixed precision and returns its parts."""
    for name in ("kernel", "bias"):
        param = getattr(model, name)
        param[...] = param[...].astype(jnp.bfloat16)  #@ master-downcast
    return nnx.split(model, nnx.Param)


def make_loss(graphdef):
    def loss(masters, x, y):
        return jnp.mean((nnx.merge(graphdef, half(masters))(x) - y) ** 2)

    return loss


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, masters = prepare(model)
    x, y = half((jnp.asarray(x), jnp.asarray(y)))
    loss = make_loss(graphdef)
    dloss = jax.jit(jax.grad(loss))

    total = jax.tree.map(jnp.zeros_like, masters)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total = jax.tree.map(jnp.add, total, full(dloss(masters, xb, yb)))

    tx = optax.sgd(lr)
    mean = jax.tree.map(lambda g: g / micro_batches, total)
    updates, _ = tx.update(mean, tx.init(masters), masters)
    masters = optax.apply_updates(masters, updates)
    return loss(masters, x, y).astype(jnp.float32).reshape(1)
