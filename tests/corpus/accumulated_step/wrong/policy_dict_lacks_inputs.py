# expect: pitfall|wrong_answer
# finding: uncast-inputs
import jax
import jax.numpy as jnp
from flax import nnx

POLICY = {"w": jnp.bfloat16, "b": jnp.bfloat16, "y": jnp.bfloat16}  #@ uncast-inputs


def apply_policy(**arrays):
    return {name: a.astype(POLICY.get(name, a.dtype)) for name, a in arrays.items()}


def loss(p, x, y):
    c = apply_policy(w=p["w"], b=p["b"], x=x, y=y)
    out = (c["x"] @ c["w"] + c["b"]).astype(jnp.bfloat16)
    return jnp.mean(jnp.square(out - c["y"]))


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"w": m.kernel[...], "b": m.bias[...]}
    cut = lambda a: a.reshape(micro_batches, -1, a.shape[1])
    body = lambda acc, s: (jax.tree.map(jnp.add, acc, jax.grad(loss)(p, *s)), None)
    total, _ = jax.lax.scan(body, jax.tree.map(jnp.zeros_like, p), (cut(x), cut(y)))
    p = jax.tree.map(lambda a, t: a - lr * t / micro_batches, p, total)
    return loss(p, x, y).astype(jnp.float32)[None]
