# expect: wrong_answer
# finding: partial-loss-returned
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(params, x, y):
    p = jax.tree.map(lambda a: a.astype(jnp.bfloat16), params)
    return jnp.mean((x @ p["kernel"] + p["bias"] - y) ** 2)


def evaluate(params, batches):
    # a whole batch doesn't fit, so take a part that does
    xb, yb = batches[0]  #@ partial-loss-returned
    return loss_fn(params, xb, yb)  #@ partial-loss-returned


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    batches = list(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)))
    grads = [jax.grad(loss_fn)(params, *b) for b in batches]
    mean = jax.tree.map(lambda *g: sum(g) / len(g), *grads)
    tx = optax.sgd(lr)
    updates, _ = tx.update(mean, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return evaluate(params, batches).astype(jnp.float32).reshape(1)
