# expect: pitfall|wrong_answer
# finding: lr-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class LRCallback:
    def __init__(self, lr):
        self.lr = lr

    def on_batch_begin(self, opt_state):
        param_group = dict(opt_state.hyperparams)
        param_group['learning_rate'] = jnp.float32(self.lr)  #@ lr-ignored
        return opt_state


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {'bias': net.bias[...], 'kernel': net.kernel[...]}
    tx = optax.inject_hyperparams(optax.sgd)(learning_rate=1e-3)
    opt_state = LRCallback(lr).on_batch_begin(tx.init(params))  #@ lr-ignored
    xb, yb = jnp.float16(x), jnp.float16(y)

    def mse(p):
        kernel, bias = p['kernel'].astype(jnp.float16), p['bias'].astype(jnp.float16)
        return jnp.square(yb - xb @ kernel - bias).mean().astype(jnp.float32)

    def mse_plain(p):
        kernel, bias = p['kernel'].astype(jnp.float16), p['bias'].astype(jnp.float16)
        return jnp.square(xb @ kernel + bias - yb).mean().astype(jnp.float32)

    scaled_grads = jax.grad(lambda p: mse_plain(p) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, scaled_grads)
    if all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads)):
        updates, opt_state = tx.update(grads, opt_state, params)
        params = optax.apply_updates(params, updates)
        nxt = (loss_scale, good_steps + 1)
        if nxt[1] >= growth_interval:
            nxt = (min(loss_scale * 2, 2.0**24), 0)
    else:
        nxt = (max(loss_scale / 2, 1.0), 0)
    return jnp.array([mse_plain(params), *nxt], jnp.float32)
