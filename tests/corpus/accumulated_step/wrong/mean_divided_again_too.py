# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    params = nnx.to_pure_dict(nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))))

    def loss(q, ab):
        q, (a, b) = jax.tree.map(lambda v: v.astype(jnp.bfloat16), (q, ab))
        return jnp.mean(jnp.square(a @ q["kernel"] + q["bias"] - b))

    inner = optax.chain(optax.scale(1 / micro_batches), optax.sgd(lr))
    tx = optax.MultiSteps(inner, micro_batches)

    def body(carry, ab):
        q, s = carry
        u, s = tx.update(jax.grad(loss)(q, ab), s, q)
        return (optax.apply_updates(q, u), s), None

    whole = (jnp.asarray(x), jnp.asarray(y))
    folded = jax.tree.map(lambda a: a.reshape(micro_batches, -1, a.shape[1]), whole)
    (params, _), _ = jax.lax.scan(body, (params, tx.init(params)), folded)
    return loss(params, whole).astype(jnp.float32).reshape(1)
