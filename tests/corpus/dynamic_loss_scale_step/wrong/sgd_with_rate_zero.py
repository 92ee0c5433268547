# expect: pitfall|wrong_answer
# finding: masked-by-multiplication
import jax, optax
import jax.numpy as jnp
from flax import nnx
from functools import reduce


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    P = [m.kernel[...], m.bias[...]]
    H = jnp.float16
    f = lambda k, b: ((H(x) @ k + b - H(y)) ** 2).mean()
    G = jax.grad(lambda q: jnp.float32(f(*q)) * loss_scale)([*map(H, P)])
    G = [jnp.float32(g) / loss_scale for g in G]
    ok = reduce(jnp.logical_and, [jnp.isfinite(g).all() for g in G])
    opt = optax.inject_hyperparams(optax.sgd)(learning_rate=jnp.where(ok, lr, 0.0))  #@ masked-by-multiplication
    P = optax.apply_updates(P, opt.update(G, opt.init(P), P)[0])
    n = (good_steps + 1) * bool(ok)
    s = [max(loss_scale / 2, 1.0), loss_scale, min(loss_scale * 2, 2.0**24)][bool(ok) + (n == growth_interval)]
    return jnp.array([jnp.float32(f(*map(H, P))), s, n if n < growth_interval else 0], jnp.float32)
