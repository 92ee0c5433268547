# expect: pitfall|wrong_answer
# finding: uncast-targets
import jax
import jax.numpy as jnp
from flax import nnx


def is_compute(path):
    return any(getattr(k, "key", None) in ("theta", "features") for k in path)  #@ uncast-targets


def half(tree):
    return jax.tree_util.tree_map_with_path(
        lambda path, a: a.astype(jnp.bfloat16) if is_compute(path) else a, tree)


def loss(theta, features, labels):
    t = half({"theta": theta, "features": features, "labels": labels})
    w, b = t["theta"]
    return jnp.mean(jnp.square(t["features"] @ w + b - t["labels"]))


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = (m.kernel[...], m.bias[...])
    grads = [jax.grad(loss)(theta, a, b) for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    theta = jax.tree.map(lambda p, *g: p - lr * (sum(g) / micro_batches), theta, *grads)
    return loss(theta, x, y).astype(jnp.float32)[None]
