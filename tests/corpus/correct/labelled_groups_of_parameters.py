# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    graph, state = nnx.split(model)
    params = nnx.to_pure_dict(state)

    def loss16(p):
        s = nnx.State(jax.tree.map(nnx.Param, p))
        return jnp.mean((nnx.merge(graph, s)(x) - y.astype(jnp.bfloat16)) ** 2)

    tx = optax.multi_transform(
        {
            "matrix": optax.chain(optax.scale(1 / loss_scale), optax.sgd(lr)),
            "vector": optax.sgd(learning_rate=lr / loss_scale),
        },
        {"kernel": "matrix", "bias": "vector"},
    )
    grads = jax.grad(lambda p: loss16(p).astype(jnp.float32) * loss_scale)(params)
    updates, _ = tx.update(grads, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return loss16(params).astype(jnp.float32).reshape(1)
