# expect: accepted
# Eine Schleife mit einem einzigen Durchlauf - so würde man es im Training auch schreiben.
import jax
import jax.numpy as jnp
from flax import nnx

OBERGRENZE = float(1 << 24)
UNTERGRENZE = 1.0


def halbgenau(baum):
    return jax.tree.map(lambda blatt: blatt.astype(jnp.float16), baum)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    schicht = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    eingabe, ziel = halbgenau((x, y))

    def verlust(gewichte):
        w = halbgenau(gewichte)
        abweichung = eingabe @ w["kernel"] + w["bias"] - ziel
        return jnp.mean(abweichung * abweichung).astype(jnp.float32)

    def schritt(_, zustand):
        gewichte, faktor, zaehler = zustand
        grad = jax.grad(lambda g: verlust(g) * faktor)(gewichte)
        endlich = jnp.all(jnp.array([jnp.isfinite(g).all() for g in grad.values()]))
        neu = {k: jnp.where(endlich, gewichte[k] - lr * (grad[k] / faktor), gewichte[k]) for k in gewichte}
        zaehler = jnp.where(endlich, zaehler + 1, 0)
        voll = zaehler >= growth_interval
        faktor = jnp.select(
            [~endlich, voll],
            [jnp.maximum(faktor / 2, UNTERGRENZE), jnp.minimum(faktor * 2, OBERGRENZE)],
            faktor,
        )
        return neu, faktor, jnp.where(voll, 0, zaehler)

    start = ({"kernel": schicht.kernel[...], "bias": schicht.bias[...]}, jnp.float32(loss_scale), jnp.int32(good_steps))
    gewichte, faktor, zaehler = jax.lax.fori_loop(0, 1, schritt, start)
    return jnp.array([verlust(gewichte), faktor, zaehler], dtype=jnp.float32)
