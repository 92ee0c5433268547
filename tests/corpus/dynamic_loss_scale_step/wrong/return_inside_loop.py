# expect: pitfall|wrong_answer
# finding: partial-finite-check
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def grads_are_finite(grads):
    for g in jax.tree.leaves(grads):
        if not bool(jnp.all(jnp.isfinite(g))):
            return False
        return True  #@ partial-finite-check
    return True


def half(tree):
    return jax.tree.map(lambda a: a.astype(jnp.float16), tree)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    graphdef, params = nnx.split(model)
    x16, y16 = half((jnp.asarray(x), jnp.asarray(y)))

    def loss_fn(p16):
        return jnp.mean(jnp.square(nnx.merge(graphdef, p16)(x16) - y16))

    def scaled_loss_fn(p16):
        return loss_fn(p16).astype(jnp.float32) * loss_scale

    grads = jax.grad(scaled_loss_fn)(half(params))
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)

    if grads_are_finite(grads):
        optimizer.update(model, grads)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale = min(loss_scale * 2.0, 2.0**24)
            good_steps = 0
    else:
        loss_scale = max(loss_scale / 2.0, 1.0)
        good_steps = 0

    loss = loss_fn(half(nnx.state(model)))
    return jnp.stack([loss.astype(jnp.float32), jnp.float32(loss_scale), jnp.float32(good_steps)])
