# expect: pitfall|wrong_answer
# finding: unscaled-grads
# param groups: {"decay": weights, "no_decay": biases}
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def configure_optimizers(lr, loss_scale):
    groups = {
        "decay": optax.chain(optax.scale(1 / loss_scale), optax.sgd(lr)),
        "no_decay": optax.sgd(lr),  #@ unscaled-grads
    }
    return optax.multi_transform(groups, {"kernel": "decay", "bias": "no_decay"})


def mixed_precision_step(seed, x, y, lr, loss_scale):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": net.kernel[...], "bias": net.bias[...]}

    def loss(params):
        p, a, t = jax.tree.map(lambda v: v.astype(jnp.bfloat16), (params, x, y))
        return jnp.square(a @ p["kernel"] + p["bias"] - t).mean()

    tx = configure_optimizers(lr, loss_scale)
    state = tx.init(params)
    g = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    updates, state = tx.update(g, state, params)  #@ unscaled-grads
    params = optax.apply_updates(params, updates)
    return loss(params).astype(jnp.float32).reshape((1,))
