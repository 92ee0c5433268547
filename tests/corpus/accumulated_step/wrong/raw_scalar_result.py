# expect: pitfall|wrong_answer
# finding: wrong-output-shape
# finding: wrong-output-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(
    seed: float, x: jax.Array, y: jax.Array, lr: float, micro_batches: int
) -> jax.Array:
    """One SGD step from accumulated gradients; returns the loss after it."""
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)
    tx = optax.sgd(lr)

    def loss_fn(params: nnx.State, x: jax.Array, y: jax.Array) -> jax.Array:
        half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        preds = nnx.merge(graphdef, half)(x.astype(jnp.bfloat16))
        return jnp.mean(jnp.square(preds - y.astype(jnp.bfloat16)))

    @jax.jit
    def step(params: nnx.State) -> nnx.State:
        def body(acc, batch):
            grads = jax.grad(loss_fn)(params, *batch)
            return jax.tree.map(lambda a, g: a + g / micro_batches, acc, grads), None

        xs = x.reshape(micro_batches, -1, x.shape[1])
        ys = y.reshape(micro_batches, -1, y.shape[1])
        grads, _ = jax.lax.scan(body, jax.tree.map(jnp.zeros_like, params), (xs, ys))
        updates, _ = tx.update(grads, tx.init(params), params)
        return optax.apply_updates(params, updates)

    loss = loss_fn(step(params), x, y)  #@ wrong-output-dtype
    return jnp.squeeze(loss)  #@ wrong-output-shape, wrong-output-dtype
