# expect: pitfall|wrong_answer
# finding: low-precision-grads|low-precision-accumulator
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def lift():
    return optax.stateless(lambda u, p: jax.tree.map(lambda a: a.astype(jnp.float32), u))


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    opt = optax.MultiSteps(optax.chain(lift(), optax.sgd(lr)), every_k_schedule=micro_batches)
    state = opt.init(masters)
    half = lambda t: optax.tree.cast(t, jnp.bfloat16)

    def loss(copy, x, y):
        return jnp.mean(jnp.square(nnx.merge(graphdef, copy)(x) - y))

    copy, hx, hy = half(masters), half(x), half(y)
    for xb, yb in zip(jnp.split(hx, micro_batches), jnp.split(hy, micro_batches)):
        grads = jax.grad(loss)(copy, xb, yb)
        updates, state = opt.update(grads, state, masters)  #@ low-precision-grads
        masters = optax.apply_updates(masters, updates)
    return loss(half(masters), hx, hy).astype(jnp.float32).reshape(1)
