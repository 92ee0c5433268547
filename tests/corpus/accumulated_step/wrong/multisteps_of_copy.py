# expect: wrong_answer|pitfall
# finding: low-precision-accumulator
# allow: low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Half:
    """Everything that is computed in bfloat16."""

    @staticmethod
    def of(tree):
        return jax.tree.map(lambda t: jnp.asarray(t).astype(jnp.bfloat16), tree)

    @staticmethod
    def loss(p, xb, yb):
        out = jnp.dot(xb, p["kernel"]) + p["bias"]
        return jnp.mean(jnp.square(out - yb))


def accumulated_step(seed, x, y, lr, micro_batches):
    linear = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = dict(kernel=linear.kernel[...], bias=linear.bias[...])
    x, y = Half.of((x, y))

    tx = optax.MultiSteps(optax.sgd(lr), every_k_schedule=micro_batches)
    opt_state = tx.init(masters)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        grads = jax.grad(Half.loss)(Half.of(masters), xb, yb)  #@ low-precision-accumulator
        updates, opt_state = tx.update(grads, opt_state, masters)  #@ low-precision-accumulator
        masters = optax.apply_updates(masters, updates)

    return Half.loss(Half.of(masters), x, y).astype(jnp.float32).reshape((1,))
