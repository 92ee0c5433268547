# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx

halb = jnp.float16
voll = jnp.float32
OBERGRENZE = 2.0**24
UNTERGRENZE = 1.0


def nach_halb(baum):
    return jax.tree.map(lambda blatt: blatt.astype(halb), baum)


def vorhersage(gewichte, eingabe):
    kern, versatz = gewichte
    return eingabe @ kern + versatz


def fehlerquadrate(gewichte, eingabe, ziel):
    abweichung = vorhersage(gewichte, eingabe) - ziel
    return abweichung * abweichung


def verlust(gewichte, eingabe, ziel):
    return jnp.mean(fehlerquadrate(nach_halb(gewichte), nach_halb(eingabe), nach_halb(ziel)))


def ist_endlich(baum):
    for blatt in jax.tree.leaves(baum):
        if not jnp.isfinite(blatt).all():
            return False
    return True


def schritt(gewichte, gefaelle, lernrate):
    return tuple(g - lernrate * d for g, d in zip(gewichte, gefaelle))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    schicht = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    gewichte = (schicht.kernel[...], schicht.bias[...])
    gefaelle = jax.grad(lambda g: verlust(g, x, y).astype(voll) * loss_scale)(gewichte)
    gefaelle = tuple(d.astype(voll) / loss_scale for d in gefaelle)

    massstab, zaehler = loss_scale, 0
    if ist_endlich(gefaelle):
        gewichte = schritt(gewichte, gefaelle, lr)
        zaehler = good_steps + 1
        if zaehler == growth_interval:
            massstab, zaehler = min(massstab * 2, OBERGRENZE), 0
    else:
        massstab = max(massstab / 2, UNTERGRENZE)
    return jnp.array([verlust(gewichte, x, y).astype(voll), massstab, zaehler], dtype=voll)
