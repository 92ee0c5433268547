# expect: pitfall|wrong_answer
# finding: scaled-loss-returned
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x = jnp.asarray(x).astype(jnp.float16)
    y = jnp.asarray(y).astype(jnp.float16)

    def loss_fn(m):
        loss = jnp.mean((m(x) - y) ** 2)
        return loss.astype(jnp.float32) * loss_scale

    grads = nnx.grad(loss_fn)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    new_scale, new_count = max(loss_scale / 2, 1.0), 0
    if finite:
        opt.update(model, grads)
        new_scale, new_count = loss_scale, good_steps + 1
        if new_count == growth_interval:
            new_scale, new_count = min(loss_scale * 2, 2.0 ** 24), 0
    final_loss = loss_fn(model)  #@ scaled-loss-returned
    return jnp.array([final_loss, new_scale, new_count], dtype=jnp.float32)
