# expect: pitfall|wrong_answer
# finding: full-precision-forward
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def new_layer(din, dout, seed):
    # float32 masters, spelled out
    return nnx.Linear(din, dout, dtype=jnp.float32, param_dtype=jnp.float32, rngs=nnx.Rngs(seed))  #@ full-precision-forward


def low(tree):
    return jax.tree.map(lambda t: t.astype(jnp.bfloat16), tree)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = new_layer(x.shape[1], y.shape[1], int(seed))
    graphdef, masters = nnx.split(model, nnx.Param)

    def mse(masters):
        copy = nnx.merge(graphdef, low(masters))
        out = copy(low(x))  #@ full-precision-forward
        err = low(out) - low(y)
        return (err * err).mean()

    grads = jax.grad(lambda p: jnp.float32(mse(p)) * loss_scale)(masters)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    tx = optax.sgd(lr)
    delta, _ = tx.update(grads, tx.init(masters), masters)
    masters = optax.apply_updates(masters, delta)
    return jnp.float32(mse(masters)).reshape(1)
