# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def cast(tree, dtype):
    return jax.tree.map(lambda a: a.astype(dtype), tree)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    x, y = cast((x, y), jnp.bfloat16)

    def loss(p, xb, yb):
        p = cast(p, jnp.bfloat16)
        return jnp.mean((xb @ p["w"] + p["b"] - yb) ** 2)

    params = cast(params, jnp.bfloat16)  #@ master-downcast
    params = cast(params, jnp.float32)  #@ master-downcast
    grads = [jax.grad(loss)(params, a, b)
             for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    mean = jax.tree.map(lambda *g: sum(g) / len(g), *grads)
    tx = optax.sgd(lr)
    updates, _ = tx.update(mean, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return loss(params, x, y).astype(jnp.float32).reshape(1)
