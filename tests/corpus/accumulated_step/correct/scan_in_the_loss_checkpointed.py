# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    X = x.astype(jnp.bfloat16).reshape(micro_batches, -1, x.shape[1])
    Y = y.astype(jnp.bfloat16).reshape(micro_batches, -1, y.shape[1])

    @jax.checkpoint
    def one(params, xb, yb):
        half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        return jnp.mean((xb @ half["kernel"] + half["bias"] - yb) ** 2)

    def everything(params):
        # the cast to bfloat16 is inside of `one`: what the transposed scan adds up is float32
        def body(carry, batch):
            return carry + one(params, *batch).astype(jnp.float32), ()
        out, _ = jax.lax.scan(body, jnp.zeros((), jnp.float32), (X, Y))
        return out

    grads = jax.tree.map(lambda g: g / micro_batches, jax.grad(everything)(params))
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params))
    params = optax.apply_updates(params, updates)
    loss = one(params, X.reshape(x.shape), Y.reshape(y.shape))
    return loss.astype(jnp.float32).reshape((1,))
