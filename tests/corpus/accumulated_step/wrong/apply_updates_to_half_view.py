# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class MixedState:
    def __init__(self, model, tx):
        self.graphdef, self.params = nnx.split(model, nnx.Param)
        self.tx = tx
        self.opt_state = tx.init(self.params)

    def half(self, params):
        return jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)

    def loss(self, params, x, y):
        net = nnx.merge(self.graphdef, self.half(params))
        return jnp.mean((net(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)

    def accumulate(self, x, y, k):
        total = jax.tree.map(jnp.zeros_like, self.params)
        for xb, yb in zip(jnp.split(x, k), jnp.split(y, k)):
            total = jax.tree.map(jnp.add, total, jax.grad(self.loss)(self.params, xb, yb))
        return jax.tree.map(lambda t: t / k, total)

    def apply_gradients(self, grads):
        updates, self.opt_state = self.tx.update(grads, self.opt_state, self.params)
        self.params = optax.apply_updates(self.half(self.params), updates)  #@ master-downcast


def accumulated_step(seed, x, y, lr, micro_batches):
    x, y = jnp.asarray(x), jnp.asarray(y)
    state = MixedState(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), optax.sgd(lr))
    state.apply_gradients(state.accumulate(x, y, micro_batches))
    return state.loss(state.params, x, y).astype(jnp.float32).reshape(1)
