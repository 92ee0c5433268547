# expect: pitfall|wrong_answer
# finding: low-precision-accumulator|low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def to_half(tree):
    return jax.tree.map(lambda p: p.astype(jnp.bfloat16), tree)


def accumulated_step(seed, x, y, lr, micro_batches):
    x, y = to_half((jnp.asarray(x), jnp.asarray(y)))
    graphdef, masters = nnx.split(
        nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param
    )

    def loss(params, xb, yb):
        return jnp.mean((nnx.merge(graphdef, params)(xb) - yb) ** 2)

    # optax keeps the running mean in float32 and moves the masters on the last call
    tx = optax.MultiSteps(optax.sgd(lr), every_k_schedule=micro_batches)
    opt_state = tx.init(masters)

    @jax.jit
    def feed(masters, opt_state, xb, yb):
        grads = jax.grad(loss)(to_half(masters), xb, yb)  #@ low-precision-accumulator, low-precision-grads
        updates, opt_state = tx.update(grads, opt_state, masters)  #@ low-precision-accumulator, low-precision-grads
        return optax.apply_updates(masters, updates), opt_state

    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        masters, opt_state = feed(masters, opt_state, xb, yb)

    return jnp.reshape(loss(to_half(masters), x, y), 1).astype(jnp.float32)
