# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from flax import struct


@struct.dataclass
class TrainState:
    params: dict
    opt_state: optax.OptState
    tx: optax.GradientTransformation = struct.field(pytree_node=False)

    @classmethod
    def create(cls, params, tx):
        return cls(params=params, opt_state=tx.init(params), tx=tx)

    def apply_gradients(self, grads):
        updates, opt_state = self.tx.update(grads, self.opt_state, self.params)
        return self.replace(params=optax.apply_updates(self.params, updates), opt_state=opt_state)


def loss_fn(params, a, b):
    p = jax.tree.map(lambda t: t.astype(jnp.bfloat16), params)
    pred = jnp.matmul(a.astype(jnp.bfloat16), p["kernel"]) + p["bias"]
    return 2 * optax.l2_loss(pred, b.astype(jnp.bfloat16)).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    tx = optax.chain(
        optax.scale(1.0 / micro_batches),
        optax.apply_every(micro_batches),
        optax.sgd(lr),
    )
    state = TrainState.create({"kernel": lin.kernel[...], "bias": lin.bias[...]}, tx)
    m = x.shape[0] // micro_batches
    for i in range(micro_batches):
        grads = jax.grad(loss_fn)(state.params, x[i * m:(i + 1) * m], y[i * m:(i + 1) * m])
        state = state.apply_gradients(grads)
    return loss_fn(state.params, x, y).astype(jnp.float32).reshape(1)
