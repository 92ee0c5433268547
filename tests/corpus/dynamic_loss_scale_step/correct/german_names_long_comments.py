# expect: accepted
# Aufgabe: ein Schritt mit dynamischer Skalierung.
# Ich schreibe alles einzeln hin, damit ich es selbst verstehe.
import jax
import jax.numpy as jnp
from flax import nnx

HALB = jnp.float16
EINFACH = jnp.float32
OBERGRENZE = 2.0**24
UNTERGRENZE = 1.0


def verlust(gewichte, verschiebung, eingabe, ziel):
    # Vorhersage, Fehler, Quadrate und Mittel: alles in float16
    vorhersage = eingabe @ gewichte + verschiebung
    fehler = vorhersage - ziel
    quadrate = fehler * fehler
    mittel = jnp.mean(quadrate)
    return mittel


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    schicht = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    W = schicht.kernel[...]
    v = schicht.bias[...]
    x_halb = x.astype(HALB)
    y_halb = y.astype(HALB)

    def skaliert(W, v):
        klein = verlust(W.astype(HALB), v.astype(HALB), x_halb, y_halb)
        gross = klein.astype(EINFACH)
        return gross * loss_scale

    ableitung = jax.grad(skaliert, argnums=[0, 1])
    dW, dv = ableitung(W, v)

    # erst nach float32 (sind sie schon), dann teilen
    dW = dW.astype(EINFACH) / loss_scale
    dv = dv.astype(EINFACH) / loss_scale

    schlecht_W = jnp.sum(~jnp.isfinite(dW))
    schlecht_v = jnp.sum(~jnp.isfinite(dv))
    ueberlauf = int(schlecht_W + schlecht_v) > 0

    if ueberlauf:
        neuer_faktor = max(loss_scale / 2.0, UNTERGRENZE)
        zaehler = 0
    else:
        W = W - lr * dW
        v = v - lr * dv
        zaehler = good_steps + 1
        neuer_faktor = loss_scale
        if zaehler >= growth_interval:
            neuer_faktor = min(loss_scale * 2.0, OBERGRENZE)
            zaehler = 0

    am_ende = verlust(W.astype(HALB), v.astype(HALB), x_halb, y_halb)
    return jnp.array([am_ende.astype(EINFACH), neuer_faktor, float(zaehler)])
