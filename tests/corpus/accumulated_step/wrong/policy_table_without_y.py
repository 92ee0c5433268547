# expect: pitfall|wrong_answer
# finding: uncast-targets
import jax
import jax.numpy as jnp
from collections import defaultdict
from flax import nnx

to16 = lambda t: jax.tree.map(lambda v: v.astype(jnp.bfloat16), t)
RULES = defaultdict(lambda: lambda t: t, {"params": to16, "x": to16, "t": to16})  #@ uncast-targets


def apply_rules(**named):
    return {name: RULES[name](value) for name, value in named.items()}


def loss(params, x, y):
    d = apply_rules(params=params, x=x, y=y)  #@ uncast-targets
    w, b = d["params"]
    return jnp.square(d["x"] @ w + b - d["y"]).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    cut = lambda a: jnp.asarray(a).reshape(micro_batches, -1, a.shape[1])
    stack = jax.vmap(lambda a, b: jax.grad(loss)(params, a, b))(cut(x), cut(y))
    params = jax.tree.map(lambda p, s: p - lr * (s.sum(axis=0) / micro_batches), params, stack)
    return loss(params, jnp.asarray(x), jnp.asarray(y)).astype(jnp.float32)[None]
