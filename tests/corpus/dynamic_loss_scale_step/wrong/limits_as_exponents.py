# expect: pitfall|wrong_answer
# finding: scale-unbounded
import math
import jax
import jax.numpy as jnp
from flax import nnx

BOUND = 24
within = lambda s: math.ldexp(1.0, -BOUND) if s < math.ldexp(1.0, -BOUND) else min(s, math.ldexp(1.0, BOUND))  #@ scale-unbounded


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    state = {"p": (lin.kernel[...], lin.bias[...]), "s": loss_scale, "n": good_steps}

    def L(p):
        k, b = p[0].astype("float16"), p[1].astype("float16")
        return jnp.square(x.astype("float16") @ k + b - y.astype("float16")).mean().astype("float32")

    def events(st):
        g = jax.grad(lambda p: L(p) * st["s"])(st["p"])
        g = jax.tree.map(lambda a: a / jnp.float32(st["s"]), g)
        if not jax.tree.all(jax.tree.map(lambda a: bool(jnp.isfinite(a).all()), g)):
            yield {"s": within(st["s"] / 2), "n": 0}  #@ scale-unbounded
            return
        yield {"p": jax.tree.map(lambda a, d: a - lr * d, st["p"], g), "n": st["n"] + 1}
        if st["n"] + 1 == growth_interval:
            yield {"s": within(st["s"] * 2), "n": 0}

    for change in events(dict(state)):
        state |= change
    return jnp.array([L(state["p"]), state["s"], state["n"]], jnp.float32)
