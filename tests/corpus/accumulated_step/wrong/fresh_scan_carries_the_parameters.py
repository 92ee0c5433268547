# expect: pitfall|wrong_answer
# finding: update-per-micro-batch
import jax
import jax.numpy as jnp
import optax
from flax import nnx

bf16 = lambda tree: jax.tree.map(lambda a: a.astype(jnp.bfloat16), tree)


def mse(params, batch):
    (w, b), (x, y) = bf16(params), bf16(batch)
    return jnp.mean((x @ w + b - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    init = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (init.kernel[...], init.bias[...])
    tx = optax.sgd(lr / micro_batches)

    def train_step(carry, batch):
        params, opt_state = carry
        grads = jax.grad(mse)(params, batch)
        updates, opt_state = tx.update(grads, opt_state, params)
        return (optax.apply_updates(params, updates), opt_state), None  #@ update-per-micro-batch

    cut = lambda a: a.reshape(micro_batches, -1, a.shape[1])
    (params, _), _ = jax.lax.scan(train_step, (params, tx.init(params)), (cut(x), cut(y)))
    return mse(params, (x, y)).astype(jnp.float32).reshape(1)
