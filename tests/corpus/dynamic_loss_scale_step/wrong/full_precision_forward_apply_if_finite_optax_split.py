# expect: pitfall|wrong_answer
# finding: full-precision-forward
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def forward(params):
        return nnx.merge(graphdef, params)(x16).astype(jnp.float16)  #@ full-precision-forward

    def train_loss(params):
        return jnp.mean(jnp.square(forward(params) - y16))

    def eval_loss(params):
        half = jax.tree.map(lambda p: p.astype(jnp.float16), params)
        return jnp.mean(jnp.square(nnx.merge(graphdef, half)(x16) - y16))

    grads = jax.grad(lambda p: train_loss(p).astype(jnp.float32) * loss_scale)(params)  #@ full-precision-forward
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    tx = optax.apply_if_finite(optax.sgd(lr), max_consecutive_errors=5)
    updates, state = tx.update(grads, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    if state.last_finite:
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([eval_loss(params), loss_scale, good_steps], dtype=jnp.float32)
