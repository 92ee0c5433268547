# expect: pitfall|wrong_answer
# finding: lr-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from functools import reduce


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    ws = {"k": lin.kernel[...], "b": lin.bias[...]}
    h = lambda t: jax.tree.map(lambda a: jnp.asarray(a, jnp.bfloat16), t)

    def fit(ws, data):
        ws, (a, b) = h(ws), h(data)
        return jnp.mean((a @ ws["k"] + ws["b"] - b) ** 2)

    parts = list(zip(jnp.split(jnp.asarray(x), micro_batches), jnp.split(jnp.asarray(y), micro_batches)))
    total = reduce(lambda s, part: jax.tree.map(jnp.add, s, jax.grad(fit)(ws, part)), parts[1:], jax.grad(fit)(ws, parts[0]))
    tx = optax.chain(optax.scale(1 / micro_batches), optax.sgd(lr), optax.normalize_by_update_norm())  #@ lr-ignored
    ws = optax.apply_updates(ws, tx.update(total, tx.init(ws), ws)[0])
    return fit(ws, (x, y)).astype(jnp.float32).reshape(1)
