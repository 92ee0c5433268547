# expect: accepted
import jax
from jax import lax, numpy as np
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    weights = dict(kernel=lin.kernel[...], bias=lin.bias[...])
    low = lambda t: jax.tree.map(lambda leaf: np.asarray(leaf, np.float16), t)
    xs, ys = low((x, y))

    def cost(w16):
        guess = lax.dot_general(xs, w16["kernel"], (((1,), (0,)), ((), ()))) + w16["bias"]
        d = guess - ys
        return np.mean(d * d)

    push = jax.grad(lambda w16: cost(w16).astype("float32") * loss_scale)(low(weights))
    push = jax.tree.map(lambda g: g.astype("float32") / loss_scale, push)
    usable = jax.tree.all(jax.tree.map(lambda g: bool(np.all(np.isfinite(g))), push))

    def body(carry):
        _, w = carry
        return np.array(False), jax.tree.map(lambda a, g: a - lr * g, w, push)

    _, weights = lax.while_loop(lambda c: c[0], body, (np.array(usable), weights))

    # the scale's life, as a list of rules; the first that holds
    rules = [
        (not usable, lambda: (max(1.0, loss_scale / 2), 0)),
        (good_steps + 1 < growth_interval, lambda: (loss_scale, good_steps + 1)),
        (True, lambda: (min(2.0**24, loss_scale * 2), 0)),
    ]
    nxt = next(act for when, act in rules if when)()
    return np.array([cost(low(weights)).astype("float32"), *nxt], "float32")
