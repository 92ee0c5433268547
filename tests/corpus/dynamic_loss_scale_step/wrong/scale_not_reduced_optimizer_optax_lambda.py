# expect: pitfall|wrong_answer
# finding: scale-not-reduced
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(m):
        xx = x.astype(jnp.float16)
        pred = xx @ m.kernel.astype(jnp.float16) + m.bias.astype(jnp.float16)
        return jnp.mean((pred - y.astype(jnp.float16)) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    ok = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))

    if ok:
        optimizer.update(model, grads)
        good_steps = good_steps + 1
        if good_steps == growth_interval:
            good_steps = 0
            loss_scale = min(loss_scale * 2, 2.0**24)
    else:
        # start over from the bottom
        good_steps = 0
        loss_scale = 1.0  #@ scale-not-reduced
    return jnp.array([loss_fn(model), loss_scale, good_steps], dtype=jnp.float32)
