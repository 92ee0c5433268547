# expect: pitfall|wrong_answer
# finding: lr-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx

DEFAULTS = {"lr": 0.01, "half": jnp.bfloat16, "full": jnp.float32}


def accumulated_step(seed, x, y, lr, micro_batches):
    cfg = {"lr": lr, "parts": micro_batches} | DEFAULTS  #@ lr-ignored
    gd, p = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)

    def loss(p, batch):
        p, (a, b) = optax.tree.cast((p, batch), cfg["half"])
        return jnp.mean((nnx.merge(gd, p)(a) - b) ** 2)

    batch = (jnp.asarray(x), jnp.asarray(y))
    split = jax.tree.map(lambda a: a.reshape(cfg["parts"], -1, a.shape[1]), batch)
    g = jax.tree.map(lambda s: s.sum(0) / cfg["parts"], jax.vmap(jax.grad(loss), (None, 0))(p, split))
    tx = optax.sgd(cfg["lr"])
    p = optax.apply_updates(p, tx.update(g, tx.init(p))[0])
    return loss(p, batch).astype(cfg["full"]).reshape(1)
