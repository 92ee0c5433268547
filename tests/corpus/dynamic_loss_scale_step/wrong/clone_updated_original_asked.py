# expect: pitfall|wrong_answer
# finding: update-discarded|stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@jax.jit
def grads_of(graphdef, state, x, y, scale):
    def scaled(m):
        return jnp.mean((m(x) - y) ** 2).astype(jnp.float32) * scale

    grads = nnx.grad(scaled)(nnx.merge(graphdef, state))
    return jax.tree.map(lambda g: g / scale, grads)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    x, y = jnp.float16(x), jnp.float16(y)
    grads = grads_of(*nnx.split(model), x, y, jnp.float32(loss_scale))
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if finite:
        trained = nnx.clone(model)  #@ stale-loss, update-discarded
        opt = nnx.Optimizer(trained, optax.sgd(lr), wrt=nnx.Param)
        opt.update(trained, grads)  #@ stale-loss, update-discarded
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0 ** 24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    loss = jnp.mean((model(x) - y) ** 2)  #@ stale-loss, update-discarded
    return jnp.array([loss, loss_scale, good_steps], dtype=jnp.float32)
