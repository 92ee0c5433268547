# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx

VERBOSE = False


def criterion(model, x, y):
    return jnp.mean(optax.squared_error(model(x), y.astype(model.dtype)))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    x, y = jnp.asarray(x), jnp.asarray(y)
    model = nnx.Linear(
        x.shape[1], y.shape[1], dtype=jnp.float16, param_dtype=jnp.float32, rngs=nnx.Rngs(int(seed))
    )
    opt = nnx.Optimizer(model, optax.sgd(learning_rate=lr), wrt=nnx.Param)

    @nnx.value_and_grad(has_aux=True)
    def run(m):
        l = criterion(m, x, y)
        return jnp.float32(l) * loss_scale, l

    (_, first_loss), grads = run(model)
    if VERBOSE:
        print("loss before", first_loss.astype(jnp.bfloat16))
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)

    oks = jax.tree.map(lambda g: bool(jnp.isfinite(g).all()), grads)
    if all(jax.tree.leaves(oks)):
        opt.update(model, grads)
        good_steps += 1
        if good_steps >= growth_interval:
            good_steps = 0
            loss_scale = min(loss_scale + loss_scale, 2.0**24)
    else:
        good_steps = 0
        loss_scale = max(loss_scale / 2, 1.0)

    if VERBOSE:
        print("loss after", criterion(model, x, y).astype(jnp.bfloat16))
    return jnp.array([criterion(model, x, y), loss_scale, good_steps], dtype=jnp.float32)
