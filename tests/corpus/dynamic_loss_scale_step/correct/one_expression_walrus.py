# expect: accepted
import jax, jax.numpy as jnp
from flax import nnx
dynamic_loss_scale_step = lambda seed, x, y, lr, loss_scale, good_steps, growth_interval: (
    m := nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), h := (lambda t: jnp.asarray(t).astype(jnp.float16)), X := h(x), Y := h(y), S := jnp.float32(loss_scale),
    L := (lambda p: jnp.float32(((X @ h(p[0]) + h(p[1]) - Y) ** 2).mean())), P := (m.kernel[...], m.bias[...]),
    G := [jnp.float32(g) / S for g in jax.grad(lambda p: L(p) * S)(P)],
    F := all(map(lambda g: bool(jnp.isfinite(g).all()), G)), Q := [p - lr * g for p, g in zip(P, G)] if F else P, D := F and good_steps + 1 == growth_interval,
    jnp.array([L(Q), (min(2 * S, 2.**24) if D else S) if F else max(S / 2, 1.), 0 if D or not F else good_steps + 1], jnp.float32))[-1]
