# expect: pitfall|wrong_answer
# finding: missing-loss-scale
import jax
import jax.numpy as jnp
from flax import nnx


def forward(p, x):
    return jax.lax.dot(x, p["kernel"]) + p["bias"]


def loss_fn(p, x, y, scale=1.0):
    p, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (p, x, y))
    loss = jnp.mean((forward(p, x) - y) ** 2)
    return loss.astype(jnp.float32) * scale  #@ missing-loss-scale


@jax.jit
def train_step(p, x, y, lr):
    # one compiled step
    loss, g = jax.value_and_grad(loss_fn)(p, x, y)  #@ missing-loss-scale
    g = {k: v.astype(jnp.float32) for k, v in g.items()}
    return {k: p[k] - lr * g[k] for k in p}, loss


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    p, _ = train_step(p, x, y, lr)
    return loss_fn(p, x, y).reshape((1,))
