# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    graphdef, masters = nnx.split(model)
    masters = nnx.to_pure_dict(masters)
    xs, ys = (
        jnp.stack(jnp.split(jnp.asarray(a).astype(jnp.bfloat16), micro_batches)) for a in (x, y)
    )

    def loss_of(x, y):
        def loss(p):
            p = {k: v.astype(jnp.bfloat16) for k, v in p.items()}
            out = jnp.matmul(x, p["kernel"]) + p["bias"]
            return jnp.square(out - y).mean()

        return loss

    def cond(carry):
        return carry[0] < micro_batches

    def body(carry):
        i, acc = carry
        _, jvp = jax.linearize(loss_of(xs[i], ys[i]), masters)
        transpose = jax.linear_transpose(jvp, masters)
        (grads,) = transpose(jnp.ones((), jnp.bfloat16))
        return i + 1, jax.tree.map(jnp.add, acc, grads)

    start = (0, jax.tree.map(jnp.zeros_like, masters))
    _, total = jax.lax.while_loop(cond, body, start)

    new = jax.tree.map(lambda p, g: p - lr * g / micro_batches, masters, total)
    flat = lambda a: a.reshape(-1, a.shape[-1])
    return loss_of(flat(xs), flat(ys))(new).astype(jnp.float32).reshape(1)
