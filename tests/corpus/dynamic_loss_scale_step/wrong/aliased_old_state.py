# expect: pitfall|wrong_answer
# finding: unchecked-overflow
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def mse(m):
        return jnp.mean(jnp.square(m(x16) - y16))

    grads = nnx.grad(lambda m: mse(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finite = jnp.stack([jnp.all(jnp.isfinite(g)) for g in jax.tree.leaves(grads)]).all()

    old_state = nnx.state(model, nnx.Param)  #@ unchecked-overflow
    opt.update(model, grads)
    new_state = nnx.state(model, nnx.Param)
    nnx.update(model, jax.tree.map(lambda n, o: jnp.where(finite, n, o), new_state, old_state))

    grown = good_steps + 1 >= growth_interval
    scale = jnp.where(
        finite,
        min(loss_scale * 2, 2.0 ** 24) if grown else loss_scale,
        max(loss_scale / 2, 1.0),
    )
    count = jnp.where(finite, 0 if grown else good_steps + 1, 0)
    return jnp.array([mse(model), scale, count], dtype=jnp.float32)
