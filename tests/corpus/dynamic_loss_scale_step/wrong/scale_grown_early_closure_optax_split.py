# expect: pitfall|wrong_answer
# finding: scale-grown-early
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def make_step(tx, loss_scale, growth_interval):
    def step(params, count, loss):
        def objective(p):
            return loss(p).astype(jnp.float32) * loss_scale

        grads = optax.tree.scale(1 / loss_scale, jax.grad(objective)(params))
        finite = bool(jnp.isfinite(optax.tree.sum(grads)))
        if not finite:
            return params, max(loss_scale / 2, 1.0), 0
        updates, _ = tx.update(grads, tx.init(params))
        params = optax.apply_updates(params, updates)
        count += 1
        if count <= growth_interval:  #@ scale-grown-early
            return params, min(loss_scale * 2, 2.0**24), 0  #@ scale-grown-early
        return params, loss_scale, count

    return step


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    batch = optax.tree.cast((x, y), jnp.float16)

    def loss(p):
        model = nnx.merge(graphdef, optax.tree.cast(p, jnp.float16))
        return optax.squared_error(model(batch[0]), batch[1]).mean()

    params, scale, count = make_step(optax.sgd(lr), loss_scale, growth_interval)(params, good_steps, loss)
    return jnp.array([loss(params), scale, count], dtype=jnp.float32)
