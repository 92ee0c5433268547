# expect: pitfall|wrong_answer
# finding: update-discarded|stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {'w': net.kernel[...], 'b': net.bias[...]}
    sgd = optax.sgd(lr)
    opt_state = sgd.init(params)

    def mse(p):
        q = optax.tree.cast(p, jnp.bfloat16)
        return jnp.mean((x.astype(jnp.bfloat16) @ q['w'] + q['b'] - y.astype(jnp.bfloat16)) ** 2).astype(jnp.float32)

    grads = jax.grad(lambda p: mse(p) * loss_scale)(params)
    grads = optax.tree.scale(1 / loss_scale, grads)
    updates, opt_state = sgd.update(grads, opt_state, params)
    optax.apply_updates(params, updates)  #@ update-discarded, stale-loss
    return mse(params)[None]  #@ update-discarded, stale-loss
