# expect: wrong_answer
import jax, jax.numpy as jnp, optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    features, labels = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)

    def loss_fn(model):
        return optax.l2_loss(model(features), labels).mean()

    @nnx.jit
    def gradients(model, scale):
        grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * scale)(model)
        return jax.tree.map(lambda g: g.astype(jnp.float32) / scale, grads)

    grads = gradients(model, jnp.float32(loss_scale))
    finite = jnp.stack([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()
    if finite:
        optimizer.update(model, grads)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss_fn(model).astype(jnp.float32), loss_scale, good_steps], jnp.float32)
