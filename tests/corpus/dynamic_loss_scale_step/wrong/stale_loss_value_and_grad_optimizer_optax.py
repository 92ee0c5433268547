# expect: pitfall|wrong_answer
# finding: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    xb, yb = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(m):
        pred = jnp.matmul(xb, m.kernel.astype(jnp.float16)) + m.bias.astype(jnp.float16)
        loss = jnp.mean((pred - yb) ** 2)
        return loss.astype(jnp.float32) * loss_scale, loss

    (_, loss), grads = nnx.value_and_grad(loss_fn, has_aux=True)(model)  #@ stale-loss
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    ok = jax.tree.all(jax.tree.map(lambda g: bool(jnp.isfinite(g).all()), grads))
    if ok:
        optimizer.update(model, grads)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss, loss_scale, good_steps], dtype=jnp.float32)  #@ stale-loss
