# expect: wrong_answer|pitfall
# finding: lr-ignored
# finding: partial-loss-returned
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, weights = nnx.split(net)
    xs = x.reshape(micro_batches, -1, x.shape[1])
    ys = y.reshape(micro_batches, -1, y.shape[1])

    def objective(weights, xi, yi):
        low = jax.tree.map(lambda w: w.astype(jnp.bfloat16), weights)
        delta = nnx.merge(graphdef, low)(xi.astype(jnp.bfloat16)) - yi.astype(jnp.bfloat16)
        return jnp.mean(delta ** 2)

    grads = [jax.grad(objective)(weights, xs[i], ys[i]) for i in range(micro_batches)]
    average = jax.tree.map(lambda *g: sum(g) / micro_batches, *grads)
    new_weights = jax.tree.map(lambda w, g: w - g, weights, average)  #@ lr-ignored

    losses = [objective(new_weights, xs[i], ys[i]) for i in range(micro_batches)]  #@ partial-loss-returned
    return losses[-1].astype(jnp.float32).reshape(1)  #@ partial-loss-returned
