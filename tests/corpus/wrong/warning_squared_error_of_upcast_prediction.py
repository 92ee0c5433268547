# expect: accepted|wrong_answer
# finding: full-precision-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    graphdef, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    xh = x.astype(jnp.bfloat16)
    yh = y.astype(jnp.bfloat16)

    def predict(p):
        return nnx.merge(graphdef, jax.tree.map(lambda a: a.astype(jnp.bfloat16), p))(xh)

    def training_loss(p):
        z, t = predict(p).astype(jnp.float32), yh.astype(jnp.float32)  #@ full-precision-loss
        return loss_scale * jnp.mean(
            optax.losses.squared_error(z, t))  #@ full-precision-loss

    def reported_loss(p):
        return jnp.mean(optax.losses.squared_error(predict(p), yh))

    tx = optax.chain(optax.stateless_with_tree_map(lambda g, _: g / loss_scale), optax.sgd(lr))
    updates, _ = tx.update(jax.grad(training_loss)(masters), tx.init(masters), masters)
    masters = optax.apply_updates(masters, updates)
    return reported_loss(masters).astype(jnp.float32)[None]
