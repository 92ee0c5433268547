# expect: pitfall|wrong_answer
# finding: update-per-micro-batch
from typing import Any

import jax
import jax.numpy as jnp
import optax
from flax import nnx, struct


@struct.dataclass
class TrainState:
    params: Any
    opt_state: Any
    graphdef: Any = struct.field(pytree_node=False)
    tx: optax.GradientTransformation = struct.field(pytree_node=False)

    @classmethod
    def create(cls, model, tx):
        graphdef, params = nnx.split(model, nnx.Param)
        return cls(params=params, opt_state=tx.init(params), graphdef=graphdef, tx=tx)

    def apply_gradients(self, grads):
        updates, opt_state = self.tx.update(grads, self.opt_state, self.params)
        return self.replace(
            params=optax.apply_updates(self.params, updates), opt_state=opt_state
        )


def loss_fn(params, graphdef, batch):
    params, (x, y) = optax.tree.cast((params, batch), jnp.bfloat16)
    return ((nnx.merge(graphdef, params)(x) - y) ** 2).mean()


def micro_step(num_parts, state, batch):
    loss, grads = jax.value_and_grad(loss_fn)(state.params, state.graphdef, batch)  #@ update-per-micro-batch
    grads = jax.tree.map(lambda g: g / num_parts, grads)
    return state.apply_gradients(grads), loss  #@ update-per-micro-batch


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    state = TrainState.create(model, optax.sgd(lr))
    batches = jax.tree.map(lambda a: a.reshape(micro_batches, -1, a.shape[-1]), (x, y))
    state, _ = jax.lax.scan(jax.tree_util.Partial(micro_step, micro_batches), state, batches)
    return loss_fn(state.params, state.graphdef, (x, y)).astype(jnp.float32)[None]
