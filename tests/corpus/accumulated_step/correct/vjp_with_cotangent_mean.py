# expect: accepted
# The share 1/micro_batches is the cotangent, which is the same as a divided loss.
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, masters = nnx.split(model)

    def forward(state, x, y):
        net = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))
        return jnp.mean((net(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)

    pieces = []
    for xb, yb in zip(jnp.array_split(x, micro_batches), jnp.array_split(y, micro_batches)):
        value, pullback = jax.vjp(lambda s: forward(s, xb, yb), masters)
        (g,) = pullback(jnp.asarray(1 / micro_batches, value.dtype))
        pieces.append(g)
    mean = jax.tree.map(lambda *g: jnp.sum(jnp.stack(g), 0), *pieces)
    masters = jax.tree.map(lambda p, g: p - lr * g, masters, mean)
    return forward(masters, x, y).astype(jnp.float32).reshape(1)
