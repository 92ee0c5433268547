# expect: pitfall|wrong_answer
# finding: low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx

BF16 = jnp.bfloat16


def round_trip(dtype):
    def update(updates, params=None):
        return jax.tree.map(lambda u: u.astype(dtype).astype(u.dtype), updates)  #@ low-precision-grads

    return optax.stateless(update)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    tx = optax.chain(optax.scale(1.0 / loss_scale), round_trip(BF16), optax.sgd(lr))  #@ low-precision-grads
    state = tx.init(params)

    def loss(params):
        r = x.astype(BF16) @ params["w"].astype(BF16) + params["b"].astype(BF16) - y.astype(BF16)
        return jnp.mean(r * r)

    _, pull = jax.vjp(lambda p: loss(p).astype(jnp.float32), params)
    (grads,) = pull(jnp.asarray(loss_scale, dtype=jnp.float32))
    updates, state = tx.update(grads, state, params)
    params = optax.apply_updates(params, updates)
    return loss(params).astype(jnp.float32).reshape((1,))
