# expect: pitfall|wrong_answer
# finding: low-precision-accumulator|low-precision-update|low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(params, x, y):
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    pred = x @ half["kernel"] + half["bias"]
    return jnp.mean(jnp.square(pred - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    tx = optax.sgd(lr)
    opt_state = tx.init(params)
    x = x.astype(jnp.bfloat16)
    y = y.astype(jnp.bfloat16)
    xs = x.reshape(micro_batches, -1, x.shape[1])
    ys = y.reshape(micro_batches, -1, y.shape[1])

    def body(acc, xy):
        return optax.tree.add(acc, jax.grad(loss_fn)(params, *xy)), None

    acc, _ = jax.lax.scan(body, optax.tree.zeros_like(params), (xs, ys))
    mean = jax.tree.map(lambda a: (a / micro_batches).astype(jnp.bfloat16), acc)  #@ low-precision-accumulator, low-precision-grads, low-precision-update
    updates, opt_state = tx.update(mean, opt_state, params)  #@ low-precision-accumulator, low-precision-grads, low-precision-update
    params = optax.apply_updates(params, updates)
    return loss_fn(params, x, y).astype(jnp.float32).reshape(1)
