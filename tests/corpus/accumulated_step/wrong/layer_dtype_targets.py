# expect: pitfall|wrong_answer
# finding: uncast-targets
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Regressor(nnx.Module):
    """A linear layer that calculates in bfloat16 whatever it is given."""

    def __init__(self, d_in, d_out, *, rngs):
        self.layer = nnx.Linear(d_in, d_out, dtype=jnp.bfloat16, param_dtype=jnp.float32, rngs=rngs)

    def __call__(self, x):
        return self.layer(x)

    def loss(self, x, y):
        return optax.squared_error(self(x), y).mean()  #@ uncast-targets


def accumulated_step(seed, x, y, lr, micro_batches):
    x, y = jnp.asarray(x), jnp.asarray(y)
    model = Regressor(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)

    @jax.jit
    def grad_of_part(params, xb, yb):
        return jax.grad(lambda p: nnx.merge(graphdef, p).loss(xb, yb))(params)

    xs = x.reshape(micro_batches, -1, x.shape[1])
    ys = y.reshape(micro_batches, -1, y.shape[1])
    grads = jax.vmap(grad_of_part, in_axes=(None, 0, 0))(params, xs, ys)
    mean = jax.tree.map(lambda g: jnp.sum(g, axis=0) / micro_batches, grads)

    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    optimizer.update(model, mean)
    return jnp.atleast_1d(model.loss(x, y)).astype(jnp.float32)
