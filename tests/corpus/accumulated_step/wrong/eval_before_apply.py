# expect: pitfall|wrong_answer
# finding: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from flax.training.train_state import TrainState


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    state = TrainState.create(apply_fn=lambda p, x: nnx.merge(graphdef, p)(x), params=params, tx=optax.sgd(lr))

    def loss_fn(params, xb, yb):
        params, xb, yb = jax.tree.map(lambda t: t.astype(jnp.bfloat16), (params, xb, yb))
        return jnp.mean((state.apply_fn(params, xb) - yb) ** 2)

    total = optax.tree.zeros_like(params)
    for k in range(micro_batches):
        rows = slice(k * len(x) // micro_batches, (k + 1) * len(x) // micro_batches)
        total = optax.tree.add(total, jax.grad(loss_fn)(state.params, x[rows], y[rows]))
    loss = loss_fn(state.params, x, y)  #@ stale-loss
    state = state.apply_gradients(grads=jax.tree.map(lambda t: t / micro_batches, total))
    return loss.astype(jnp.float32).reshape(1)  #@ stale-loss
