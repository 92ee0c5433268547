# expect: pitfall|wrong_answer
# finding: uncast-targets
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Regressor(nnx.Module):
    def __init__(self, d_in, d_out, rngs):
        self.linear = nnx.Linear(d_in, d_out, dtype=jnp.float16, rngs=rngs)

    def __call__(self, x):
        return self.linear(x)

    def loss(self, x, y):
        error = self(x) - y  #@ uncast-targets
        return jnp.sum(error**2, axis=-1).mean()


def linear_like(model, seed):
    """Same numbers as nnx.Linear(..., rngs=nnx.Rngs(seed))."""
    ref = nnx.Linear(model.linear.in_features, model.linear.out_features, rngs=nnx.Rngs(seed))
    nnx.update(model.linear, nnx.state(ref))
    return model


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = linear_like(Regressor(x.shape[1], y.shape[1], nnx.Rngs(0)), int(seed))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = jnp.asarray(x), jnp.asarray(y)  #@ uncast-targets

    grads = nnx.grad(lambda m: m.loss(x, y).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)  # float32, as the masters are

    ok = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if ok:
        opt.update(model, grads)
    match ok, good_steps + 1 == growth_interval:
        case True, True:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
        case True, False:
            good_steps += 1
        case _:
            loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([model.loss(x, y), loss_scale, good_steps], dtype=jnp.float32)
