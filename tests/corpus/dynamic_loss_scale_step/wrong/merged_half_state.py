# expect: pitfall|wrong_answer
# finding: scale-grown-early
# finding: uncast-inputs
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    scale = jnp.float32(loss_scale)
    y16 = y.astype(jnp.float16)

    def loss_fn(masters):
        # All parameters of the merged model are float16, so it computes in float16.
        model = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.float16), masters))
        pred = model(x)  #@ uncast-inputs
        return jnp.mean((pred - y16) ** 2)

    @jax.jit
    def grad_fn(masters):
        grads = jax.grad(lambda p: loss_fn(p).astype(jnp.float32) * scale)(masters)
        return jax.tree.map(lambda g: g.astype(jnp.float32) / scale, grads)

    grads = grad_fn(masters)
    finite = jax.tree.all(jax.tree.map(lambda g: bool(jnp.isfinite(g).all()), grads))

    if finite:
        tx = optax.sgd(lr)
        updates, _ = tx.update(grads, tx.init(masters), masters)
        masters = optax.apply_updates(masters, updates)
        count = good_steps + 1
        if count >= growth_interval - 1:  #@ scale-grown-early
            scale, count = jnp.minimum(scale * 2, 2.0**24), 0
    else:
        scale, count = jnp.maximum(scale / 2, 1.0), 0

    return jnp.array([loss_fn(masters), scale, count], dtype=jnp.float32)
