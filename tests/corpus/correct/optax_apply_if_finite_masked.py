# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def make_tx(lr, loss_scale):
    unscale = optax.stateless(lambda g, p: jax.tree.map(lambda t: t * (1.0 / loss_scale), g))
    return optax.chain(unscale, optax.apply_if_finite(optax.sgd(lr, momentum=None), max_consecutive_errors=3))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    tx = make_tx(lr, loss_scale)
    opt_state = tx.init(params)
    batch = (x.astype(jnp.bfloat16), y.astype(jnp.bfloat16))

    def loss_fn(params, batch):
        inputs, targets = batch
        low = {name: leaf.astype(jnp.bfloat16) for name, leaf in params.items()}
        return jnp.mean((inputs @ low["kernel"] + low["bias"] - targets) ** 2)

    @jax.jit
    def step(params, opt_state, batch):
        grads = jax.grad(lambda p: loss_fn(p, batch).astype(jnp.float32) * loss_scale)(params)
        updates, opt_state = tx.update(grads, opt_state, params)
        return optax.apply_updates(params, updates), opt_state

    params, opt_state = step(params, opt_state, batch)
    return loss_fn(params, batch).astype(jnp.float32).reshape((1,))
