# expect: pitfall|wrong_answer
# finding: full-precision-forward
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    graphdef, state = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    tx = optax.chain(optax.scale(1.0 / loss_scale), optax.scale(-lr))
    low = lambda t: jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)

    @jax.checkpoint
    def apply(state, x):
        out = nnx.merge(graphdef, state)(x)  #@ full-precision-forward
        return out.astype(jnp.bfloat16)

    def train_loss(state):
        return jnp.mean((apply(state, low(x)) - low(y)) ** 2).astype(jnp.float32) * loss_scale  #@ full-precision-forward

    updates, _ = tx.update(jax.grad(train_loss)(state), tx.init(state))
    state = optax.apply_updates(state, updates)
    return jnp.mean((apply(low(state), low(x)) - low(y)) ** 2).astype(jnp.float32).reshape((1,))
