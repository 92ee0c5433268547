# expect: pitfall|wrong_answer
# finding: missing-loss-scale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class LitModel(nnx.Module):
    def __init__(self, in_features, out_features, seed, precision=16):
        self.head = nnx.Linear(in_features, out_features, rngs=nnx.Rngs(seed),
                               dtype={16: jnp.float16, 32: jnp.float32}[precision])

    def training_step(self, batch, scaler):
        xb, yb = batch
        loss = jnp.mean((self.head(xb) - yb) ** 2).astype(jnp.float32)
        return loss, {'scaled_loss': loss * scaler['scale']}  #@ missing-loss-scale

    def validation_step(self, batch):
        return jnp.mean((self.head(batch[0]) - batch[1]) ** 2).astype(jnp.float32)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lit = LitModel(x.shape[1], y.shape[1], int(seed))
    opt = nnx.Optimizer(lit, optax.sgd(lr), wrt=nnx.Param)
    scaler = dict(scale=loss_scale, tracker=good_steps)
    batch = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)

    vg = nnx.value_and_grad(lambda m: m.training_step(batch, scaler), has_aux=True)
    (_, logs), grads = vg(lit)
    grads = jax.tree.map(lambda g: g / jnp.float32(scaler['scale']), grads)
    if not all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads)):
        scaler.update(scale=max(scaler['scale'] / 2, 1.0), tracker=0)
    else:
        opt.update(lit, grads)
        scaler['tracker'] += 1
        if scaler['tracker'] == growth_interval:
            scaler.update(scale=min(scaler['scale'] * 2, 2.0**24), tracker=0)
    return jnp.array([lit.validation_step(batch), *scaler.values()], jnp.float32)
