# expect: accepted
import jax, jax.numpy as jnp
from flax import nnx
dynamic_loss_scale_step = lambda seed, x, y, lr, loss_scale, good_steps, growth_interval: (
    (h := lambda a: jnp.asarray(a).astype("float16")),
    (m := nnx.Linear(len(x[0]), len(y[0]), rngs=nnx.Rngs(int(seed)))),
    (p := [m.bias[...], m.kernel[...]]),
    (L := lambda q: ((h(x) @ h(q[1]) + h(q[0]) - h(y)) ** 2).mean()),
    (g := [u.astype("float32") / loss_scale for u in jax.grad(lambda q: L(q).astype("float32") * loss_scale)(list(map(h, p)))]),
    (ok := not any(bool((~jnp.isfinite(u)).any()) for u in g)),
    jnp.array([
        L([w - lr * u for w, u in zip(p, g)] if ok else p).astype("float32"),
        *((max(1.0, loss_scale / 2), 0) if not ok else (loss_scale, good_steps + 1) if good_steps + 1 < growth_interval else (min(2.0 ** 24, 2 * loss_scale), 0)),
    ], "float32"),
)[-1]
