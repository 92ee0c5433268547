# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
from flax import nnx

NAMES = {"full": jnp.float32, "half": jnp.bfloat16}  #@ wrong-half-dtype


def parse(policy):
    return {k: NAMES[v] for k, v in (item.split("=") for item in policy.split(","))}


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    pol = parse("params=full,compute=half,output=full")  #@ wrong-half-dtype
    cast = lambda role, t: jax.tree.map(lambda a: jnp.asarray(a, pol[role]), t)
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = cast("params", {"kernel": lin.kernel[...], "bias": lin.bias[...]})

    def loss(p):
        q, a, b = cast("compute", (p, x, y))
        return cast("output", jnp.mean((a @ q["kernel"] + q["bias"] - b) ** 2))

    g = jax.grad(lambda p: loss(p) * loss_scale)(p)
    g = {k: cast("params", v) / loss_scale for k, v in g.items()}
    ok = all(bool(jnp.isfinite(v).all()) for v in g.values())
    steps = {
        False: lambda: (p, max(loss_scale / 2, 1.0), 0),
        True: lambda: ({k: p[k] - lr * g[k] for k in p},) + (
            (min(loss_scale * 2, 2.0**24), 0) if good_steps + 1 >= growth_interval else (loss_scale, good_steps + 1)),
    }
    p, s, n = steps[ok]()
    return jnp.array([loss(p), s, n], jnp.float32)
