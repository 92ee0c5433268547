# expect: accepted
import jax, optax, jax.numpy as j
from flax import nnx
from functools import reduce as R
T, h, f = jax.tree.map, j.float16, j.float32
def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    return (s := loss_scale, m := nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), p := [m.bias[...], m.kernel[...]],
            L := lambda w: f(((h(x) @ h(w[1]) + h(w[0]) - h(y)) ** 2).mean()),
            g := T(lambda a: f(a) / s, jax.grad(lambda w: L(w) * s)(p)),
            k := R(lambda a, b: a and bool(j.isfinite(b).all()), g, True),
            o := optax.sgd(lr),
            q := [p, optax.apply_updates(p, o.update(g, o.init(p))[0])][k],
            n := k * (good_steps + 1),
            j.array([L(q), [max(s / 2, 1.), [s, min(s * 2, 2. ** 24)][n == growth_interval]][k], n % growth_interval], f))[-1]
