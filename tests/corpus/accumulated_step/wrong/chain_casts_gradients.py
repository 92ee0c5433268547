# expect: pitfall|wrong_answer
# finding: low-precision-grads|low-precision-accumulator
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    gd, st = nnx.split(model)
    half = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
    return jnp.mean(jnp.square(half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)))


def compressed():
    """Gradients as they would be sent over a network."""
    def send(g):
        return g.astype(jnp.bfloat16).astype(g.dtype)  #@ low-precision-grads, low-precision-accumulator
    return optax.stateless(lambda updates, params=None: jax.tree.map(send, updates))  #@ low-precision-grads, low-precision-accumulator


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    tx = optax.chain(compressed(), optax.scale(1 / micro_batches), optax.sgd(lr))  #@ low-precision-grads, low-precision-accumulator
    opt = nnx.Optimizer(model, tx, wrt=nnx.Param)
    gs = [nnx.grad(loss_fn)(model, *p) for p in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    opt.update(model, jax.tree.map(lambda *g: sum(g), *gs))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
