# expect: accepted
import jax as J, jax.numpy as N
from flax import nnx as X

H = N.float16


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = X.Linear(x.shape[1], y.shape[1], rngs=X.Rngs(int(seed)))
    f = lambda p: N.mean((x.astype(H) @ p[0].astype(H) + p[1].astype(H) - y.astype(H)) ** 2)
    g = J.grad(lambda p: f(p).astype("float32") * loss_scale)(p := [m.kernel[...], m.bias[...]])
    ok = all(map(lambda a: N.isfinite(a).all(), (g := [a / loss_scale for a in g])))
    up = ok and (n := good_steps + 1) == growth_interval
    return N.array(
        [
            f([a - lr * b for a, b in zip(p, g)] if ok else p).astype("float32"),
            min(loss_scale * 2, 2**24) if up else loss_scale if ok else max(loss_scale / 2, 1),
            n if ok and not up else 0,
        ],
        "float32",
    )
