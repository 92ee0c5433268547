# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def create_model(seed, d_in, d_out):
    return nnx.Linear(
        d_in,
        d_out,
        dtype=jnp.bfloat16,
        param_dtype=jnp.bfloat16,  #@ master-downcast
        rngs=nnx.Rngs(int(seed)),
    )


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, state = nnx.split(create_model(seed, x.shape[1], y.shape[1]), nnx.Param)
    masters = optax.tree.cast(state, jnp.float32)

    def loss_fn(masters, x, y):
        model = nnx.merge(graphdef, masters)
        return optax.squared_error(model(x), y.astype(jnp.bfloat16)).mean()

    @jax.jit
    def mean_gradient(masters, xs, ys):
        def body(acc, batch):
            return optax.tree.add(acc, jax.grad(loss_fn)(masters, *batch)), None

        total, _ = jax.lax.scan(body, optax.tree.zeros_like(masters), (xs, ys))
        return optax.tree.div(total, jax.tree.map(lambda _: float(micro_batches), total))

    xs, ys = (a.reshape(micro_batches, -1, a.shape[1]) for a in (x, y))
    grads = mean_gradient(masters, xs, ys)
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(masters), masters)
    masters = optax.apply_updates(masters, updates)
    return loss_fn(masters, x, y).astype(jnp.float32).reshape(1)
