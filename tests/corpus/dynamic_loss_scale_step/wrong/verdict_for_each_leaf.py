# expect: pitfall|wrong_answer
# finding: partial-finite-check|unchecked-overflow
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    gd, pesos = nnx.split(net)
    x, y = map(lambda v: v.astype(jnp.float16), (x, y))

    def perdida(pesos):
        red = nnx.merge(gd, jax.tree.map(lambda a: a.astype(jnp.float16), pesos))
        return jnp.square(red(x) - y).mean().astype(jnp.float32)

    gradientes = jax.grad(lambda w: perdida(w) * loss_scale)(pesos)
    gradientes = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, gradientes)

    def mover(w, g):
        return jax.lax.cond(jnp.isfinite(g).all(), lambda: w - lr * g, lambda: w)  #@ partial-finite-check, unchecked-overflow

    pesos = jax.tree.map(mover, pesos, gradientes)  #@ partial-finite-check, unchecked-overflow
    bien = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(gradientes))
    cuenta = good_steps + 1
    if not bien:
        escala, cuenta = max(loss_scale / 2, 1.0), 0
    elif cuenta == growth_interval:
        escala, cuenta = min(loss_scale * 2, 2.0**24), 0
    else:
        escala = loss_scale
    return jnp.array([perdida(pesos), escala, cuenta], jnp.float32)
