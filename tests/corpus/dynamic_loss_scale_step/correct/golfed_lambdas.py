# expect: accepted
import jax, jax.numpy as J
from flax import nnx
h, f, M = J.float16, J.float32, jax.tree.map
dynamic_loss_scale_step = lambda seed, x, y, lr, loss_scale, good_steps, growth_interval: (
    m := nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))),
    p := [m.kernel[...], m.bias[...]],
    L := (lambda q: f(J.mean((h(x) @ h(q[0]) + h(q[1]) - h(y)) ** 2))),
    g := M(lambda t: f(t) / loss_scale, jax.jacrev(lambda q: L(q) * loss_scale)(M(h, p))),
    ok := bool(J.isfinite(J.hstack(M(J.ravel, g))).all()),
    n := ok * (good_steps + 1) % growth_interval,
    s := min(max(loss_scale * (0.5, 1, 2)[ok + (ok and n == 0)], 1.0), 2.0**24),
    J.array([L(M(lambda a, d: J.where(ok, a - lr * d, a), p, g)), s, n], f),
)[-1]
